"""The tables and queues of infra/, as CloudFormation and local mode make them."""

import json

import boto3
import pytest

from local.storage import Resource, create_storage, storage_wanted

WANTED = storage_wanted()
TABLES = {name: resource for name, resource in WANTED.items() if resource["Type"] == "AWS::DynamoDB::Table"}
QUEUES = {name: resource for name, resource in WANTED.items() if resource["Type"] == "AWS::SQS::Queue"}


@pytest.mark.parametrize("name", TABLES)
def test_no_table_can_be_lost_with_its_stack_or_read_from_a_stolen_disk(name: str) -> None:
    table = TABLES[name]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["Properties"]["SSESpecification"] == {"SSEEnabled": True}
    assert "TableName" not in table["Properties"], "several stages live in one account"


@pytest.mark.parametrize("name", [name for name, queue in QUEUES.items() if "RedrivePolicy" in queue["Properties"]])
def test_a_message_that_fails_ten_times_waits_two_weeks_for_people(name: str) -> None:
    properties = QUEUES[name]["Properties"]
    assert (properties["VisibilityTimeout"], properties["RedrivePolicy"]["maxReceiveCount"]) == (360, 10)
    dead_letters, _ = properties["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"]
    assert QUEUES[dead_letters]["Properties"]["MessageRetentionPeriod"] == 14 * 86_400


def test_every_queue_is_encrypted() -> None:
    assert all(queue["Properties"]["SqsManagedSseEnabled"] for queue in QUEUES.values())


def test_local_mode_makes_all_of_it(storage: dict[str, Resource], aws: boto3.Session) -> None:
    assert list(storage) == list(WANTED)
    assert sorted(aws.client("dynamodb").list_tables()["TableNames"]) == sorted(storage[name].name for name in TABLES)
    assert {name for name, resource in storage.items() if resource.stream_arn} == {"EventsTable", "CustomersTable", "ProductsTable"}
    sqs = aws.client("sqs")
    marketing = sqs.get_queue_attributes(QueueUrl=storage["EmailMarketingQueue"].ref, AttributeNames=["All"])["Attributes"]
    assert json.loads(marketing["RedrivePolicy"]) == {
        "deadLetterTargetArn": storage["EmailMarketingDeadLetters"].arn, "maxReceiveCount": 10}
    assert marketing["VisibilityTimeout"] == "360"


def test_local_mode_lets_old_items_go(storage: dict[str, Resource], aws: boto3.Session) -> None:
    client = aws.client("dynamodb")
    for name, table in TABLES.items():
        described = client.describe_time_to_live(TableName=storage[name].name)["TimeToLiveDescription"]
        assert described.get("AttributeName") == table["Properties"].get("TimeToLiveSpecification", {}).get("AttributeName")


def test_what_it_cannot_make_it_names(storage: dict[str, Resource], aws: boto3.Session) -> None:
    with pytest.raises(ValueError, match="Thing: cannot make a AWS::SNS::Topic"):
        create_storage(aws, wanted={"Thing": {"Type": "AWS::SNS::Topic"}})
