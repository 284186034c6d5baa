"""Looking after a deployment: what was set aside, what nobody knows, what a lost stream left out. The stack itself: tests/e2e."""

import json

import pytest
from click.testing import CliRunner

from chalicelib.cli import deployed
from chalicelib.cli.quarantine import quarantine
from chalicelib.cli.replay import replay
from chalicelib.cli.sources import source
from chalicelib.cli.unknown import unknown
from chalicelib.flows.ingest import Request, ingest
from chalicelib.model.decision import Message
from chalicelib.model.errors import DeploymentFailed
from chalicelib.model.source import Source, key_id
from chalicelib.ports import Parked, Ports
from local.world import ROOT

RULES = ROOT / "rules"


@pytest.fixture
def ports(storage, aws, monkeypatch) -> Ports:
    """The tables and queues of the template. The commands are handed these; finding them by the stack's name needs CloudFormation."""
    found = deployed.ports_on({logical: resource.ref for logical, resource in storage.items()}, aws, "tables of a test", RULES,
                              "/beckon/test/link-secret")
    aws.client("ssm").put_parameter(Name="/beckon/test/link-secret", Value="a secret", Type="SecureString", Overwrite=True)
    for command in (quarantine, unknown, replay, source):
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


BAD = {"type": "track", "messageId": "m-1", "event": "Product Viewed", "timestamp": "2026-03-01T08:00:00Z"}


def set_aside(ports: Ports, call: object) -> str:
    assert ingest(ports, Request(Source("shop", "browser"), [call])).quarantined == 1
    [parked] = ports.parking.parked("ingest", 10)
    return parked.id


def test_a_mended_call_is_taken_in_as_of_when_it_first_came(ports, tmp_path):
    parked_id = set_aside(ports, BAD)
    assert "no_identity" in CliRunner().invoke(quarantine, ["--resend", parked_id]).stderr
    mended = tmp_path / "mended.json"
    mended.write_text(json.dumps({**BAD, "userId": "anna"}))
    first_came = ports.parking.get("ingest", parked_id).at

    assert run(quarantine, "--resend", parked_id, "--mended", str(mended)) == f"{parked_id}: taken in\n1 taken in, 0 left\n"

    [arrival] = ports.events.since(0)
    assert (arrival.event.user_id, arrival.event.received_at, arrival.event.source) == ("anna", first_came, "browser/shop")
    assert ports.parking.parked("ingest", 10) == []


def test_what_still_cannot_be_used_stays(ports):
    set_aside(ports, BAD)
    left = CliRunner().invoke(quarantine, ["--resend-all"])
    assert (left.exit_code, left.stdout) == (1, "0 taken in, 1 left\n")
    assert len(ports.parking.parked("ingest", 10)) == 1


@pytest.mark.parametrize(("arguments", "mend"), [
    (["--resend", "nothing"], "`beckon quarantine --place ingest` lists it"),
    (["--resend", "x", "--place", "relay"], "goes with --place ingest or fold"),
    (["--mended", __file__], "goes with exactly one --resend ID"),
])
def test_what_cannot_be_resent_says_why(ports, arguments, mend):
    told = CliRunner().invoke(quarantine, arguments)
    assert told.exit_code != 0
    assert mend in told.stderr


def test_an_event_the_fold_could_not_take_is_taken_once_it_can(ports):
    customer = "a" * 26
    document = {"type": "track", "event": "Product Added", "messageId": "m-9", "timestamp": "2026-03-01T09:00:00Z",
                "receivedAt": "2026-03-01T09:00:00Z", "userId": "anna", "properties": {"product_id": "b-1", "price": 5}}
    ports.parking.park(Parked("fold", f"{customer}#m-9", 1_772_355_600_000, "KeyError: 'x'", json.dumps(document)))

    run(quarantine, "--place", "fold", "--resend", f"{customer}#m-9", "--rules", str(RULES))

    assert ports.customers.load(customer).state.cart.lines()[0]["productId"] == "b-1"
    assert ports.parking.parked("fold", 10) == []


def test_a_source_gets_a_second_key_and_loses_the_first(ports):
    first, second = (run(source, "web", "--kind", "browser").splitlines()[0] for _ in range(2))
    assert ports.sources.find(first) == ports.sources.find(second) == Source("web", "browser")

    run(source, "--disable", key_id(first))

    listed = [json.loads(line) for line in run(source).splitlines()]
    assert {entry["id"]: entry["disabled"] for entry in listed} == {key_id(first): True, key_id(second): False}
    assert first not in run(source), "a key is shown once"
    assert "is a source of kind browser" in CliRunner().invoke(source, ["web", "--kind", "server"]).stderr
    assert "give --kind" in CliRunner().invoke(source, ["till"]).stderr
    assert "there is no key" in CliRunner().invoke(source, ["--disable", "0" * 12]).stderr


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
    ingest(ports, Request(Source("shop", "server"), [{"type": "track", "userId": "anna", "event": "Product Added", "messageId": "1",
                                              "properties": {"product_id": "b-1", "price": 5}}]))
    for _ in range(2):
        told = run(replay, "--since", "2026-01-01T00:00:00Z", "--rules", str(RULES)).splitlines()[-1]
        assert told == "1 events of 1 customers read again, 0 too old to tell, 0 tombstones applied again"


def test_a_stack_of_something_else_is_refused(aws):
    with pytest.raises(DeploymentFailed, match="it has no EventsTable: name a stack that `beckon deploy` made"):
        deployed.ports_on({"Website": "bucket"}, aws, "shop-website", RULES)
