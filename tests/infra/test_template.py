"""test_template: infra/ says one consistent thing, before Chalice and cfn-lint see it (`make package` runs those)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chalice.utils import to_cfn_resource_name

from app import app
from chalicelib.cli.package import ROOT, infra_template
from chalicelib.model.errors import DeploymentFailed
from chalicelib.settings import QUEUES, TABLES, read_settings

CONFIG = json.loads((ROOT / ".chalice" / "config.json").read_text())
ENVIRONMENT = infra_template()["Globals"]["Function"]["Environment"]["Variables"]
HANDLERS = [source.name for source in (*app.event_sources, *app.pure_lambda_functions)]
FUNCTIONS = ["api_handler", *HANDLERS]
STREAM_HANDLERS = ["on_events", "on_customers", "on_catalog"]
STREAM_SETTINGS = {
    "Stream", "StartingPosition", "BatchSize", "MaximumBatchingWindowInSeconds", "ParallelizationFactor", "MaximumRetryAttempts",
    "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError", "FunctionResponseTypes", "FilterCriteria", "DestinationConfig",
}
QUEUE_SETTINGS = {"Queue", "BatchSize", "MaximumBatchingWindowInSeconds", "FunctionResponseTypes", "ScalingConfig"}
WITHOUT_RESOURCE = (["dynamodb:ListStreams"], ["sns:Publish"])  # publishing to a phone number, which is no resource
PSEUDO = {"AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::StackName", "AWS::URLSuffix"}


def resource_of(function: str) -> str:
    """The logical id that Chalice gives a function."""
    return "APIHandler" if function == "api_handler" else to_cfn_resource_name(function)


def policy_of(function: str) -> dict[str, Any]:
    """A function's policy, by the file that Chalice's configuration names for it."""
    return json.loads((ROOT / ".chalice" / CONFIG["lambda_functions"][function]["iam_policy_file"]).read_text())


def references(document: Any) -> Iterator[str]:
    """Every name that a document refers to by Ref, Fn::GetAtt, Fn::Sub, Condition or the first place of Fn::If."""
    match document:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from (found.partition(".")[0] for found in re.findall(r"\$\{([^!}]+)\}", text))
        case {"Fn::If": [str(name), *branches]}:
            yield name
            yield from references(branches)
        case dict():
            yield from references(list(document.values()))
        case list():
            for part in document:
                yield from references(part)


def event_source(function: str) -> dict[str, Any]:
    """The settings of what feeds a function."""
    (source,) = infra_template()["Resources"][resource_of(function)]["Properties"]["Events"].values()
    return source["Properties"]


def queue_sources() -> list[tuple[str, dict[str, Any]]]:
    """Every function that a queue feeds, with the settings of what feeds it; a function may have several."""
    resources = infra_template()["Resources"]
    return [(function, source["Properties"]) for function in HANDLERS
            for source in resources[resource_of(function)]["Properties"].get("Events", {}).values() if "Queue" in source["Properties"]]


def test_every_name_that_is_referred_to_is_defined() -> None:
    template = infra_template()
    defined = {*template["Resources"], *template["Parameters"], *template["Conditions"], *map(resource_of, FUNCTIONS), "RestAPI", *PSEUDO}
    used = set(references(template)) | {name for function in FUNCTIONS for name in references(policy_of(function))}
    assert used <= defined, sorted(used - defined)


def test_functions_of_the_template_are_the_handlers_of_the_app() -> None:
    resources = infra_template()["Resources"]
    described = {name for name, resource in resources.items() if "Type" not in resource} - {"RestAPI"}
    assert described == set(map(resource_of, FUNCTIONS))


def test_every_setting_is_given_by_the_environment_of_the_functions() -> None:
    environment = dict.fromkeys(ENVIRONMENT, "8")
    settings = read_settings(environment)
    assert settings.public_url and settings.link_secret_parameter and settings.link_secret is None


def test_each_table_and_queue_variable_names_its_own_table_or_queue() -> None:
    for logical, variable in TABLES.items():
        assert ENVIRONMENT[variable] == {"Ref": logical}
    for (channel, message_type), variable in QUEUES.items():
        assert ENVIRONMENT[variable] == {"Ref": f"{channel.title()}{message_type.title()}Queue"}
        assert ENVIRONMENT[variable]["Ref"] in {source["Queue"]["Fn::GetAtt"][0] for _, source in queue_sources()}, "somebody reads it"


@pytest.mark.parametrize("function", STREAM_HANDLERS)
def test_a_stream_is_never_given_up_and_answered_record_by_record(function: str) -> None:
    source = event_source(function)
    assert set(source) == STREAM_SETTINGS
    assert (source["MaximumRetryAttempts"], source["MaximumRecordAgeInSeconds"], source["ParallelizationFactor"]) == (-1, -1, 1)
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize(("function", "source"), queue_sources(), ids=[source["Queue"]["Fn::GetAtt"][0] for _, source in queue_sources()])
def test_a_queue_waits_longer_than_its_function_runs(function: str, source: dict[str, Any]) -> None:
    queue = infra_template()["Resources"][source["Queue"]["Fn::GetAtt"][0]]["Properties"]
    assert set(source) == QUEUE_SETTINGS and source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert queue["VisibilityTimeout"] > CONFIG["lambda_functions"][function].get("lambda_timeout", CONFIG["lambda_timeout"])
    assert queue["RedrivePolicy"]["maxReceiveCount"] > 1


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_may_do_named_things_to_named_resources(function: str) -> None:
    for statement in policy_of(function)["Statement"]:
        assert not [action for action in statement["Action"] if "*" in action]
        assert statement["Resource"] != "*" or statement["Action"] in WITHOUT_RESOURCE, "only what has no resource is granted without one"


DISPATCH = sorted({function for function, source in queue_sources()
                   if source["Queue"]["Fn::GetAtt"][0] in {ENVIRONMENT[variable]["Ref"] for variable in QUEUES.values()}})


@pytest.mark.parametrize("function", DISPATCH)
def test_whoever_sends_may_look_up_what_messages_are_about(function: str) -> None:
    granted = [(action, resource) for statement in policy_of(function)["Statement"] for action in statement["Action"]
               for resource in (statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]])]
    for table in ("ProductsTable", "StoresTable"):
        assert ("dynamodb:BatchGetItem", {"Fn::GetAtt": [table, "Arn"]}) in granted
    assert ("dynamodb:UpdateItem", {"Fn::GetAtt": ["CouponsTable", "Arn"]}) in granted
    for action in ("GetItem", "PutItem", "UpdateItem", "DeleteItem"):  # a transaction needs what its parts need
        assert (f"dynamodb:{action}", {"Fn::GetAtt": ["LimitsTable", "Arn"]}) in granted


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_may_read_what_was_published_and_the_api_alone_may_publish(function: str) -> None:
    granted = {action for statement in policy_of(function)["Statement"] for action in statement["Action"]
               if statement["Resource"] == {"Fn::GetAtt": ["RulebooksTable", "Arn"]}}
    assert granted == {"dynamodb:Query", *({"dynamodb:GetItem", "dynamodb:PutItem"} if function == "api_handler" else ())}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_permission_has_a_name_of_its_own(function: str) -> None:
    names = [statement["Sid"] for statement in policy_of(function)["Statement"]]
    assert len(names) == len(set(names)), "CloudFormation takes no two of one name"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_writes_to_its_own_log(function: str) -> None:
    log = infra_template()["Resources"][resource_of(function)]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
    granted = [statement["Resource"] for statement in policy_of(function)["Statement"] if "logs:PutLogEvents" in statement["Action"]]
    assert granted == [{"Fn::GetAtt": [log, "Arn"]}]


def test_what_ses_tells_reaches_its_function_and_nobody_else_can_say_it() -> None:
    resources = infra_template()["Resources"]
    topic = event_source("on_email_feedback")["Topic"]
    told = resources["EmailFeedbackDestination"]["Properties"]
    assert told["EventDestination"]["SnsDestination"]["TopicARN"] == topic
    assert {"bounce", "complaint", "delivery", "subscription"} <= set(told["EventDestination"]["MatchingEventTypes"])
    assert told["ConfigurationSetName"] == ENVIRONMENT["SES_CONFIGURATION_SET"], "every e-mail names the set that tells"
    (statement,) = resources["EmailFeedbackTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Principal"], statement["Resource"]) == ({"Service": "ses.amazonaws.com"}, topic)
    assert statement["Condition"] == {"StringEquals": {"AWS:SourceAccount": {"Ref": "AWS::AccountId"}}}


@pytest.mark.parametrize("function", ["on_email_feedback", "on_sms_inbound", "on_sms_delivery_logs", "on_push_feedback"])
def test_what_a_provider_tells_and_cannot_be_taken_in_is_kept_and_seen(function: str) -> None:
    resources = infra_template()["Resources"]
    failed = resources[resource_of(function)]["Properties"]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
    queue = failed["Destination"]["Fn::GetAtt"][0]
    assert resources[queue]["Type"] == "AWS::SQS::Queue"
    assert {"Fn::GetAtt": [queue, "Arn"]} in [entry["Resource"] for entry in policy_of(function)["Statement"]
                                              if entry["Action"] == ["sqs:SendMessage"]]
    watched = [dimension["Value"] for alarm in resources.values() if alarm.get("Type") == "AWS::CloudWatch::Alarm"
               for dimension in alarm["Properties"].get("Dimensions", [])]
    assert {"Fn::GetAtt": [queue, "QueueName"]} in watched and {"Ref": resource_of(function)} in watched


def test_who_may_publish_to_phones_may_publish_to_nothing_else() -> None:
    statements = [statement for statement in policy_of("on_sms")["Statement"] if statement["Action"] == ["sns:Publish"]]
    assert [(statement["Effect"], statement["Resource"]) for statement in statements] == [
        ("Allow", "*"), ("Deny", {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"})]
    assert not [function for function in FUNCTIONS if function != "on_sms" for statement in policy_of(function)["Statement"]
                if statement["Action"] == ["sns:Publish"] and statement["Resource"] == "*"]


def test_what_sns_tells_of_sms_is_read_from_both_its_logs_when_the_owner_says_so() -> None:
    resources = infra_template()["Resources"]
    filters = [resource for resource in resources.values() if resource.get("Type") == "AWS::Logs::SubscriptionFilter"]
    groups = {entry["Properties"]["LogGroupName"]["Fn::If"][2]["Fn::Sub"].rpartition("DirectPublishToPhoneNumber")[2] for entry in filters}
    assert groups == {"", "/Failure"}
    assert {entry["Condition"] for entry in filters} == {"ReadsSmsDeliveryLogs"}
    assert {entry["Properties"]["DestinationArn"]["Fn::GetAtt"][0] for entry in filters} == {"OnSmsDeliveryLogs"}
    assert resources["SmsDeliveryLogsPermission"]["Properties"]["Principal"] == "logs.amazonaws.com"
    assert infra_template()["Parameters"]["SmsDeliveryLogs"]["Default"] == "", "log groups that are there would stop a deployment"


def test_answers_to_sms_come_over_a_topic_where_nobody_else_can_say_them() -> None:
    resources = infra_template()["Resources"]
    topic = event_source("on_sms_inbound")["Topic"]
    (statement,) = resources["SmsInboundTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Principal"], statement["Resource"]) == ({"Service": "sms-voice.amazonaws.com"}, topic)
    assert statement["Condition"] == {"StringEquals": {"AWS:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_links_lead_to_the_stage_that_the_api_has() -> None:
    url = ENVIRONMENT["PUBLIC_URL"]["Fn::If"][2]["Fn::Sub"]
    assert url.endswith("/" + CONFIG["api_gateway_stage"])


def test_every_error_of_the_gateway_speaks_as_the_api_does() -> None:
    for answer in infra_template()["Resources"]["RestAPI"]["Properties"]["GatewayResponses"].values():
        text = answer["ResponseTemplates"]["application/json"].replace("$context.error.messageString", '"words"')
        assert set(json.loads(text)) == {"code", "message"}
        assert answer["ResponseParameters"]["Headers"]["Access-Control-Allow-Origin"] == "'*'"


def test_rules_travel_with_the_package() -> None:
    assert (ROOT / "vendor" / "rules").resolve() == (ROOT / "rules").resolve()


def test_two_files_that_disagree_are_refused(tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    for name, value in (("storage.json", 1), ("functions.json", 2), ("alarms.json", 3)):
        (tmp_path / "infra" / name).write_text(json.dumps({"Resources": {"EventsTable": {"Type": value}}}))
    with pytest.raises(DeploymentFailed, match=r"functions\.json: /Resources/EventsTable/Type"):
        infra_template(tmp_path)
