"""test_publishing: rules published to the deployed stack: functions that run follow within half a minute, fall silent, and go back."""

import json
import time
import uuid
from typing import Any

import pytest

from chalicelib.model.decision import Decision
from chalicelib.model.identity import Identifier, customer_id

from .deployment import Deployment, eventually
from .test_stories import call, daytime_zone

pytestmark = pytest.mark.e2e

GREETING = {"id": "greeting", "trigger": {"kind": "event", "event": "Greeted"}, "reentry": "0s",
            "steps": [{"send": {"channel": "email", "template": "greeting"}}],
            "examples": [{"name": "who is greeted hears it", "events": [
                {"at": "0s", "type": "identify", "userId": "anna",
                 "traits": {"email": "anna@example.com", "consents": {"email": ["offers"]}}},
                {"at": "1s", "type": "track", "userId": "anna", "event": "Greeted"}], "expect": [{"after": "1s"}]}]}
FILES = {"greeting.json": json.dumps(GREETING), "templates/greeting/email.en.subject.liquid": "Good day",
         "templates/greeting/email.en.text.liquid": "Good day {{ unsubscribeUrl }}",
         "templates/greeting/email.en.html.liquid": "<p>Good day</p><a href='{{ unsubscribeUrl }}'>no more</a>"}


def ask(beckon: Deployment, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    status, text = beckon.get(path) if body is None else beckon.post(path, body)
    assert status == 200, text
    told: dict[str, Any] = json.loads(text)
    return told


def without_examples(text: str) -> str:
    """The rules that are deployed here wait two seconds: that is not what their examples tell."""
    return json.dumps({name: value for name, value in json.loads(text).items() if name != "examples"})


def decided(beckon: Deployment, verdict: str) -> Decision | None:
    """Somebody new is greeted: the decision, if it has this verdict. A function that has not followed yet decides otherwise, or nothing."""
    user = f"guest-{uuid.uuid4()}"
    traits = {"email": f"{user}@example.com", "timezone": daytime_zone(), "consents": {"email": ["offers"]}}
    ask(beckon, "/v1/batch", {"batch": [call("identify", user, 2, traits=traits)]})
    eventually(lambda: beckon.get(f"/v1/customers/{user}")[0] == 200, "the customer", 30)
    ask(beckon, "/v1/batch", {"batch": [call("track", user, 1, event="Greeted")]})
    customer, until = customer_id(Identifier("user", user)), time.monotonic() + 8
    while time.monotonic() < until:
        for decision in beckon.stores.decisions.of_customer(customer, 10):
            return decision if decision.verdict == verdict else None
        time.sleep(0.5)
    return None


def test_running_functions_follow_what_is_published(beckon: Deployment) -> None:
    deployed = ask(beckon, "/v1/rulebook/files")
    assert (deployed["number"], deployed["next"]) == (0, None)
    files = {path: without_examples(text) if path.endswith(".json") else text for path, text in deployed["files"].items()}
    refused, text = beckon.post("/v1/rulebook", {"files": {**files, **FILES, "greeting.json": json.dumps({
        **GREETING, "trigger": {"kind": "event", "event": "Said Nothing"}})}})
    assert (refused, json.loads(text)["code"]) == (422, "examples_failed"), text

    published = ask(beckon, "/v1/rulebook", {"files": {**files, **FILES}, "by": "anna"})
    try:
        assert (published["published"], published["number"], published["left"]) == (True, 1, 0)

        first = eventually(lambda: decided(beckon, "send"), "a decision by the rule that was published", 60)
        assert (first.rule, first.version, first.rulebook) == ("greeting", 1, published["rulebook"])

        assert ask(beckon, "/v1/rulebook/pause", {"paused": True})["paused"]
        silent = eventually(lambda: decided(beckon, "deny"), "the silence", 60)
        assert (silent.reason, silent.rulebook) == ("rulebook_paused", published["rulebook"])
        assert ask(beckon, "/v1/rulebook/pause", {"paused": False})["number"] == 3
        assert eventually(lambda: decided(beckon, "send"), "a decision after the pause", 60).version == 1
    finally:
        back = ask(beckon, "/v1/rulebook/rollback", {})
    assert (back["published"], back["rulebook"], back["paused"]) == (True, deployed["rulebook"], False)
    assert "greeting" not in [rule["id"] for rule in ask(beckon, "/v1/rules")["rules"]]
    assert eventually(lambda: ask(beckon, "/health")["rulebook"] == deployed["rulebook"], "the rules from before", 30)
