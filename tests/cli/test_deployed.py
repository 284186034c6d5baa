"""Looking after a deployment: what was set aside, what nobody knows, what a lost stream left out. The stack itself: tests/e2e."""

import json

import pytest
from click.testing import CliRunner

from chalicelib.cli import deployed
from chalicelib.cli.quarantine import quarantine
from chalicelib.cli.replay import replay
from chalicelib.cli.unknown import unknown
from chalicelib.flows.ingest import ingest
from chalicelib.model.decision import Message
from chalicelib.model.errors import DeploymentFailed
from chalicelib.ports import Parked, Ports, Source
from local.world import ROOT

RULES = ROOT / "rules"


@pytest.fixture
def ports(storage, aws, monkeypatch) -> Ports:
    """The tables and queues of the template. The commands are handed these; finding them by the stack's name needs CloudFormation."""
    found = deployed.ports_on({logical: resource.ref for logical, resource in storage.items()}, aws, "tables of a test", RULES)
    for command in (quarantine, unknown, replay):
        monkeypatch.setattr(f"{command.callback.__module__}.ports_of", lambda *arguments: found)
    return found


def run(command, *arguments: str) -> str:
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_what_was_set_aside_is_listed_with_its_reason(ports):
    ports.parking.park(Parked("ingest", "1", 1_772_355_600_000, "no_identity: an event needs a userId", '{"event":"Product Added"}'))
    assert json.loads(run(quarantine)) == {"at": "2026-03-01T09:00:00.000Z", "place": "ingest", "id": "1",
                                           "reason": "no_identity: an event needs a userId", "body": '{"event":"Product Added"}'}
    assert run(quarantine, "--place", "fold") == ""


def test_messages_of_unknown_fate_are_listed(ports):
    message = Message(key="k" * 26, customer="anna", rule="abandoned-cart", run="@1", run_key=None, step=1, channel="email",
                      template="abandoned-cart", topic="offers", message_type="marketing", at=1, decided_at=1, expires_at=2, cause="m-1",
                      data={})
    ports.deliveries.prepare(message, "attempt", 1_772_355_600_000)
    assert run(unknown) == ""
    ports.deliveries.call(message.key, "attempt", 1_772_355_600_000)
    assert json.loads(run(unknown)) == {"at": "2026-03-01T09:00:00.000Z", "key": message.key, "customer": "anna",
                                        "rule": "abandoned-cart", "channel": "email"}


def test_a_lost_stream_is_read_again(ports):
    ingest(ports, Source("shop", "server"), [{"type": "track", "userId": "anna", "event": "Product Added", "messageId": "1",
                                              "properties": {"product_id": "b-1", "price": 5}}])
    for _ in range(2):
        told = run(replay, "--since", "2026-01-01T00:00:00Z", "--rules", str(RULES)).splitlines()[-1]
        assert told == "1 events of 1 customers read again, 0 too old to tell"


def test_a_stack_of_something_else_is_refused(aws):
    with pytest.raises(DeploymentFailed, match="it has no EventsTable: name a stack that `beckon deploy` made"):
        deployed.ports_on({"Website": "bucket"}, aws, "shop-website", RULES)
