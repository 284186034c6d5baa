"""storage: the tables and queues of infra/, made on any endpoint that speaks AWS, so that local mode has no second list."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3

from chalicelib.cli.package import infra_template

_KINDS = ("AWS::DynamoDB::Table", "AWS::SQS::Queue")
_ONLY_CLOUDFORMATION = ("TimeToLiveSpecification", "PointInTimeRecoverySpecification", "SSESpecification")


@dataclass(frozen=True, slots=True)
class Resource:
    """A table or queue as made. `ref` is what CloudFormation's Ref gives: the table's name, the queue's URL."""

    name: str
    arn: str
    ref: str
    stream_arn: str | None = None


def storage_wanted() -> dict[str, Any]:
    """The tables and queues of infra/, as CloudFormation is told of them."""
    return {name: resource for name, resource in infra_template()["Resources"].items() if resource.get("Type") in _KINDS}


def create_storage(session: boto3.Session, *, prefix: str = "beckon-", wanted: Mapping[str, Any] | None = None) -> dict[str, Resource]:
    """Make every table and queue wanted (all of infra/) and give them back by their logical ids. Physical names are prefix + logical id.

    Point-in-time recovery and encryption are left out: no emulator has them. ValueError for a type or function this cannot make.
    """
    return _Maker(session, prefix, storage_wanted() if wanted is None else wanted).make_all()


class _Maker:
    def __init__(self, session: boto3.Session, prefix: str, wanted: Mapping[str, Any]) -> None:
        self._dynamodb = session.client("dynamodb")
        self._sqs = session.client("sqs")
        self._prefix = prefix
        self._wanted = wanted
        self._made: dict[str, Resource] = {}

    def make_all(self) -> dict[str, Resource]:
        for logical in self._wanted:
            self._make(logical)
        return {logical: self._made[logical] for logical in self._wanted}

    def _make(self, logical: str) -> Resource:
        if logical not in self._made:
            resource = self._wanted[logical]
            properties = self._resolved(resource.get("Properties", {}))
            match resource["Type"]:
                case "AWS::DynamoDB::Table":
                    self._made[logical] = self._make_table(self._prefix + logical, properties)
                case "AWS::SQS::Queue":
                    self._made[logical] = self._make_queue(self._prefix + logical, properties)
                case other:
                    raise ValueError(f"{logical}: cannot make a {other}")
        return self._made[logical]

    def _make_table(self, name: str, properties: dict[str, Any]) -> Resource:
        request = {key: value for key, value in properties.items() if key not in _ONLY_CLOUDFORMATION}
        if "StreamSpecification" in request:  # CloudFormation leaves out the switch, the API wants it
            request["StreamSpecification"] = {"StreamEnabled": True, **request["StreamSpecification"]}
        self._dynamodb.create_table(TableName=name, **request)
        self._dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        if "TimeToLiveSpecification" in properties:
            self._dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"])
        table = self._dynamodb.describe_table(TableName=name)["Table"]
        return Resource(name=name, arn=table["TableArn"], ref=name, stream_arn=table.get("LatestStreamArn"))

    def _make_queue(self, name: str, properties: dict[str, Any]) -> Resource:
        attributes = {key: json.dumps(value) if isinstance(value, (dict, bool)) else str(value) for key, value in properties.items()}
        url = self._sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return Resource(name=name, arn=answer["Attributes"]["QueueArn"], ref=url)

    def _resolved(self, value: Any) -> Any:
        match value:
            case {"Ref": str(logical)}:
                return self._make(logical).ref
            case {"Fn::GetAtt": [str(logical), str(attribute)]}:
                return self._attribute(self._make(logical), attribute)
            case dict():
                return {key: self._resolved(entry) for key, entry in value.items()}
            case list():
                return [self._resolved(entry) for entry in value]
        return value

    def _attribute(self, resource: Resource, attribute: str) -> str:
        match attribute:
            case "Arn":
                return resource.arn
            case "StreamArn" if resource.stream_arn:
                return resource.stream_arn
            case "QueueName":
                return resource.name
            case "QueueUrl":
                return resource.ref
        raise ValueError(f"{resource.name} has no attribute {attribute}")
