"""cloudformation: puts a package into an AWS account, as one stack.

The archive and the template go through a bucket (a template in the call itself may be 51,200 bytes, an archive 50 MB). The secret
that signs links is made once and stays: CloudFormation can neither make nor keep a SecureString.
"""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError, WaiterError

from ..model.errors import DeploymentFailed
from .secret import new_secret

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
SECRET = "LinkSecretParameter"
_BEGINNINGS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
WAIT = {"Delay": 5, "MaxAttempts": 360}

Say = Callable[[str], None]


def account_session(region: str | None = None) -> boto3.Session:
    """The account of the usual AWS settings, in a region or in the one those settings name."""
    return boto3.Session(region_name=region)


def deploy_stack(template: Path, archive: Path, *, stack: str, session: boto3.Session, bucket: str | None = None,
                 parameters: dict[str, str] | None = None, say: Say = print) -> dict[str, str]:
    """Create or update a stack from a package, wait for its end, and give back its outputs by name.

    `bucket` is made when it does not exist; without one a bucket of the account and region is used. Parameters left out keep the
    value they have. DeploymentFailed with the reasons CloudFormation gives.
    """
    parameters = dict(parameters or {})
    bucket = _ensure_bucket(session, bucket)
    client = session.client("cloudformation")
    # One secret per stack: a link made by a trial must not work on the real customers.
    parameters.setdefault(SECRET, stack_parameters(client, stack).get(SECRET, f"/beckon/{stack}/link-secret"))
    _ensure_secret(session, parameters[SECRET], say)
    say(f"uploading to s3://{bucket}")
    s3 = session.client("s3")
    code = f"{stack}/{sha256(archive.read_bytes()).hexdigest()[:32]}.zip"
    s3.upload_file(str(archive), bucket, code)
    document = _with_code(json.loads(template.read_text()), f"s3://{bucket}/{code}")
    body = json.dumps(document).encode()
    name = f"{stack}/{sha256(body).hexdigest()[:32]}.json"
    s3.put_object(Bucket=bucket, Key=name, Body=body)
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": name}).partition("?")[0]
    kept = stack_parameters(client, stack).keys() & document.get("Parameters", {}).keys() - parameters.keys()
    return _create_or_update(client, stack, url, parameters, sorted(kept), say)


def stack_outputs(session: boto3.Session, stack: str) -> dict[str, str]:
    """The outputs of a deployed stack by name. DeploymentFailed when there is no such stack."""
    client = session.client("cloudformation")
    if _status(client, stack) is None:
        raise DeploymentFailed(f"stack {stack}: there is none in this account and region: deploy first")
    return _outputs(client, stack)


def stack_resources(session: boto3.Session, stack: str) -> dict[str, str]:
    """The physical ids of a deployed stack's resources by logical name. DeploymentFailed when there is no such stack."""
    client = session.client("cloudformation")
    if _status(client, stack) is None:
        raise DeploymentFailed(f"stack {stack}: there is none in this account and region: deploy first")
    pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
    return {found["LogicalResourceId"]: found.get("PhysicalResourceId", "") for page in pages for found in page["StackResourceSummaries"]}


def _create_or_update(client: Any, stack: str, url: str, parameters: dict[str, str], kept: list[str], say: Say) -> dict[str, str]:
    status = _status(client, stack)
    if status == "ROLLBACK_COMPLETE":
        raise DeploymentFailed(f"stack {stack}: its first deployment failed and left it empty: delete it, then deploy again")
    arguments = {"StackName": stack, "TemplateURL": url, "Capabilities": CAPABILITIES}
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    try:
        if status is None:
            say(f"creating stack {stack}")
            client.create_stack(**arguments, Parameters=given)
            client.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig=WAIT)
        else:
            say(f"updating stack {stack}")
            previous = [{"ParameterKey": key, "UsePreviousValue": True} for key in kept]
            client.update_stack(**arguments, Parameters=given + previous)
            client.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig=WAIT)
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise DeploymentFailed(f"stack {stack}: {error.response['Error']['Message']}") from error
        say(f"stack {stack} is up to date")
    except WaiterError as error:
        raise DeploymentFailed(f"stack {stack}: {_why(client, stack) or error}") from error
    return _outputs(client, stack)


def _outputs(client: Any, stack: str) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in _describe(client, stack).get("Outputs", [])}


def _describe(client: Any, stack: str) -> dict[str, Any]:
    return client.describe_stacks(StackName=stack)["Stacks"][0]


def _status(client: Any, stack: str) -> str | None:
    try:
        return _describe(client, stack)["StackStatus"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # CloudFormation's word for "no such stack"
            return None
        raise


def stack_parameters(client: Any, stack: str) -> dict[str, str]:
    if _status(client, stack) is None:
        return {}
    return {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in _describe(client, stack).get("Parameters", [])}


def _why(client: Any, stack: str) -> str:
    """The reasons of what failed in the latest attempt, first cause first."""
    reasons: list[str] = []
    for event in client.describe_stack_events(StackName=stack)["StackEvents"]:
        if event["ResourceType"] == "AWS::CloudFormation::Stack" and event["ResourceStatus"] in _BEGINNINGS:
            break
        if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in event.get("ResourceStatusReason", ""):
            reasons.append(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}")
    return "; ".join(reversed(reasons))


def _with_code(template: dict[str, Any], code: str) -> dict[str, Any]:
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = code
    return template


def _ensure_bucket(session: boto3.Session, bucket: str | None) -> str:
    account = session.client("sts").get_caller_identity()["Account"]
    region = session.region_name or "us-east-1"
    bucket = bucket or f"beckon-packages-{account}-{region}"
    s3 = session.client("s3")
    try:
        s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=account)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise DeploymentFailed(f"bucket {bucket}: not usable from account {account}: {error}") from error
        # us-east-1 is S3's default and must not be named (CreateBucket's LocationConstraint).
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **place)
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={
            "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True})
    return bucket


def _ensure_secret(session: boto3.Session, name: str, say: Say) -> None:
    try:
        session.client("ssm").put_parameter(Name=name, Value=new_secret(), Type="SecureString", Overwrite=False,
                                            Description="Signs the links in Beckon's messages; change it and old links die")
        say(f"made the secret {name}")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterAlreadyExists":
            raise DeploymentFailed(f"parameter {name}: {error.response['Error']['Message']}") from error
