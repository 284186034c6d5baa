"""Rules over HTTP: read, changed one at a time, linted, rolled back; the API trusts nobody to have checked, and loses nobody's edit."""

import json
from typing import Any

import pytest

from chalicelib.entrypoints import judge
from chalicelib.model.event import Event
from chalicelib.model.publication import Publication

from .conftest import Answer, basic
from .rules_desk import BYE, DEPLOYED, FILES, HELLO, Desk


def told(answer: Answer) -> list[str]:
    return [f"{finding['place']} {finding['problem']}" for finding in answer.body["findings"]]


def test_what_was_deployed_can_be_read(desk: Desk) -> None:
    listed = desk.ask("GET", "/v1/rules").body
    assert (listed["number"], listed["rulebook"], listed["paused"]) == (0, DEPLOYED.name, False)
    assert listed["rules"] == [{"id": "bye", "status": "live", "version": 1, "description": "A greeting."},
                               {"id": "hello", "status": "live", "version": 1, "description": "A greeting."}]
    shown = desk.ask("GET", "/v1/rules/hello")
    assert (shown.status, shown.body, shown.headers["etag"]) == (200, {**HELLO, "version": 1}, '"1"')
    assert desk.ask("GET", "/v1/rules/nobody").status == 404
    assert desk.ask("GET", "/v1/rules/..%2Fbrand").status == desk.ask("GET", "/v1/rules/brand").status == 400


@pytest.mark.parametrize(("key", "status"), [("web-key", 403), ("nobody", 401)])
def test_only_a_server_may(desk: Desk, key: str, status: int) -> None:
    for call in ("GET /v1/rules", "GET /v1/rules/hello", "PUT /v1/rules/hello", "POST /v1/rules/lint", "POST /v1/rules/hello/rollback",
                 "GET /v1/rulebook", "GET /v1/rulebook/files", "POST /v1/rulebook", "POST /v1/rulebook/rollback",
                 "POST /v1/rulebook/pause"):
        assert desk.request(*call.split(), b"{}", {"accept": "*/*", **basic(key)}).status == status


def test_one_rule_is_changed_under_the_version_that_was_read(desk: Desk) -> None:
    changed = {**HELLO, "priority": 70}
    answer = desk.put({**changed, "version": 1}, path="hello?by=anna&note=more+hellos")
    assert (answer.status, answer.body["published"], answer.body["number"], answer.body["version"]) == (200, True, 1, 2)
    assert answer.body["changes"] == [{"what": "rule", "name": "hello", "how": "changed"}]
    assert answer.headers["etag"] == '"2"'
    assert desk.ask("GET", "/v1/rules/hello").body == {**changed, "version": 2}
    assert desk.versions() == {"hello": 2, "bye": 1}
    (publication,) = desk.in_force()["publications"]
    assert (publication["by"], publication["note"], publication["action"]) == ("anna", "more hellos", "publish")
    assert desk.put({**HELLO, "priority": 80}, **{"If-Match": '"2"'}).body["version"] == 3
    assert desk.in_force()["publications"][0]["by"] == "till", "without a name it is the key's"


def test_a_stale_change_is_refused_and_told_who_was_faster(desk: Desk) -> None:
    assert desk.put({**HELLO, "priority": 70, "version": 1}, path="hello?by=anna").status == 200
    stale = {**HELLO, "priority": 20}
    by_body, by_tag = desk.put({**stale, "version": 1}), desk.put(stale, **{"If-Match": '"1"'})
    assert (by_body.status, by_tag.status) == (409, 412)
    assert by_body.body["code"] == by_tag.body["code"] == "rule_moved"
    assert (by_body.body["version"], by_body.body["publications"][0]["by"]) == (2, "anna")
    assert desk.ask("GET", "/v1/rules/hello").body["priority"] == 70
    assert desk.put({**BYE, "priority": 1, "version": 1}).status == 200, "another rule is another's business"


def test_the_version_told_is_that_of_this_change_whatever_others_publish_next(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    add = desk.ports.rulebooks.add

    def faster(publication: Publication) -> None:
        monkeypatch.undo()
        add(publication)
        assert desk.put({**HELLO, "priority": 71, "version": 2}).body["version"] == 3

    monkeypatch.setattr(desk.ports.rulebooks, "add", faster)
    answer = desk.put({**HELLO, "priority": 70, "version": 1})
    assert (answer.body["number"], answer.body["version"], answer.headers["etag"]) == (1, 2, '"2"')
    assert desk.versions()["hello"] == 3


def test_a_new_rule_whose_examples_are_still_to_be_played_has_no_version_yet(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = {**HELLO, "id": "fresh", "trigger": {"kind": "event", "event": "Waved"}}
    monkeypatch.setattr(judge.FolderJudge, "play", lambda self, files, rules: ([], []))
    answer = desk.put(fresh)
    assert (answer.status, answer.body["left"], "version" in answer.body, "etag" in answer.headers) == (200, 2, False, False)


def test_a_change_that_does_not_say_what_it_began_with_is_refused_unless_it_is_none(desk: Desk) -> None:
    assert desk.put({**HELLO, "priority": 70}).status == 428
    same = desk.put(HELLO)
    assert (same.status, same.body["published"], same.body["number"]) == (200, False, 0)
    assert desk.put({**HELLO, "priority": 70}, **{"If-Match": "*"}).status == 400
    assert desk.put({**HELLO, "priority": 70, "version": "1"}).status == 400


def test_a_rule_cannot_have_the_name_of_something_else(desk: Desk) -> None:
    for id in ("brand", "identifiers", "lint"):
        answer = desk.ask("POST", f"/v1/rules/{id}/rollback")
        assert (answer.status, answer.body["message"]) == (
            400, f"'{id}' is the name of something else - call the rule otherwise, for example \"{id}-rule\"")
    refused = desk.publish({**FILES, "lint.json": json.dumps({**BYE, "id": "lint", "trigger": {"kind": "event", "event": "Waved"}})})
    (found,) = refused.body["findings"]
    assert (refused.status, found["file"], found["mend"]) == (422, "lint.json", 'call the rule otherwise, for example "lint-rule"')


def test_a_new_rule_begins_with_version_1(desk: Desk) -> None:
    fresh = {**BYE, "id": "fresh", "trigger": {"kind": "event", "event": "Waved"}}
    assert desk.put({**fresh, "version": 1}).status == 409, "somebody has taken it away meanwhile"
    assert (desk.put(fresh).body["version"], desk.versions()) == (1, {"hello": 1, "bye": 1, "fresh": 1})


@pytest.mark.parametrize(("change", "problem"), [
    ({"steps": []}, "hello.json"),
    ({"colour": "red"}, "hello.json:47:3 colour: there is no such field"), ({"condition": "cart.value > `"}, "hello.json"),
    ({"steps": [{"send": {"channel": "email", "template": "gone"}}]}, "there is no template 'gone'"),
    ({"id": "other"}, "is 'other' in a file"),
])
def test_what_the_linter_finds_is_not_published(desk: Desk, change: dict[str, Any], problem: str) -> None:
    answer = desk.put({**HELLO, **change, "version": 1}, path="hello")
    assert (answer.status, answer.body["code"]) == (422, "rules_invalid")
    assert any(problem in line for line in told(answer)), told(answer)
    assert not any("/tmp" in line for line in told(answer))
    assert desk.in_force()["number"] == 0


def test_a_folder_without_a_brand_does_not_hide_what_is_wrong_in_its_other_files(desk: Desk) -> None:
    files = {path: text for path, text in FILES.items() if path != "brand.json"}
    found = told(desk.publish({**files, "hello.json": '{"id": "hello",}'}))
    assert [line.split()[0] for line in found] == ["brand.json:1:1", "hello.json:1:15"]


def test_a_rule_that_is_no_json_is_refused_in_the_words_of_the_linter(desk: Desk) -> None:
    half = b'{"id": "hello",\n  "trigger": {"kind": "event" "event": "Said Hello"}}'
    answer = desk.ask("PUT", "/v1/rules/hello", half, **{"If-Match": '"1"'})
    assert (answer.status, answer.body["code"]) == (422, "rules_invalid")
    assert answer.body["findings"] == desk.ask("POST", "/v1/rules/lint?id=hello", half).body["findings"]
    assert (answer.body["findings"][0]["line"], "hello.json:2:30" in answer.body["message"]) == (2, True)
    assert desk.ask("PUT", "/v1/rules/hello", b"", **{"If-Match": '"1"'}).status == 400


def test_a_rule_whose_example_fails_is_not_published(desk: Desk) -> None:
    answer = desk.put({**HELLO, "trigger": {"kind": "event", "event": "Said Nothing"}, "version": 1})
    assert (answer.status, answer.body["code"]) == (422, "examples_failed")
    assert told(answer) == ["hello.json: example 'who says hello is greeted' expected send of step 1 after 1s, got silence"]
    assert desk.in_force()["number"] == 0


def test_linting_tells_and_changes_nothing(desk: Desk) -> None:
    assert [finding for finding in desk.ask("POST", "/v1/rules/lint", HELLO).body["findings"] if finding["level"] == "error"] == []
    half = b'{"id": "hello",\n  "trigger": {"kind": "event" "event": "Said Hello"}}'
    (found,) = desk.ask("POST", "/v1/rules/lint?id=hello", half).body["findings"]
    assert (found["level"], found["file"], found["line"], found["column"]) == ("error", "hello.json", 2, 30), "as it was sent"
    assert desk.ask("POST", "/v1/rules/lint", {"trigger": {}}).body["findings"]
    files = desk.ask("POST", "/v1/rules/lint", {"files": {**FILES, "templates/plain/email.en.text.liquid": "{% if %}"}}).body["findings"]
    assert {finding["file"] for finding in files if finding["level"] == "error"} == {"templates/plain/email.en.text.liquid"}
    assert desk.ask("POST", "/v1/rules/lint", {"files": {"../x": ""}}).status == 400
    assert desk.in_force()["number"] == 0


def test_one_rule_goes_back_and_again_forth(desk: Desk) -> None:
    assert desk.put({**HELLO, "priority": 70, "version": 1}).body["version"] == 2
    assert desk.put({**BYE, "priority": 5, "version": 1}).body["version"] == 2
    back = desk.ask("POST", "/v1/rules/hello/rollback")
    assert (back.status, back.body["published"], back.body["version"], back.headers["etag"]) == (200, True, 1, '"1"')
    assert (desk.ask("GET", "/v1/rules/hello").body, desk.versions()) == ({**HELLO, "version": 1}, {"hello": 1, "bye": 2})
    assert desk.ask("POST", "/v1/rules/hello/rollback").body["version"] == 2
    assert desk.ask("GET", "/v1/rules/hello").body["priority"] == 70
    assert desk.put({**HELLO, "priority": 71, "version": 2}).body["version"] == 3, "no number is given twice"
    assert desk.ask("POST", "/v1/rules/hello/rollback", **{"If-Match": '"2"'}).status == 412
    assert desk.in_force()["publications"][1]["action"] == "rollback"
    back = desk.ask("POST", "/v1/rules/hello/rollback", {"version": 3, "by": "anna", "note": "too many"}).body
    assert (back["version"], desk.in_force()["publications"][0]["by"]) == (2, "anna")
    assert desk.put({**BYE, "priority": 6, "version": 2}).status == 200
    again = desk.ask("POST", "/v1/rules/hello/rollback", {"version": 3}).body
    assert (again["published"], again["version"], desk.versions()) == (False, 2, {"hello": 2, "bye": 3}), "it is done already"
    assert desk.ask("POST", "/v1/rules/hello/rollback", {"version": 1}).status == 409
    assert desk.ask("POST", "/v1/rules/hello/rollback", b"[]").status == 400


def test_a_rule_without_a_version_before_cannot_go_back(desk: Desk) -> None:
    assert desk.ask("POST", "/v1/rules/hello/rollback").body["code"] == "nothing_before"
    desk.put({**BYE, "id": "fresh", "trigger": {"kind": "event", "event": "Waved"}})
    assert desk.ask("POST", "/v1/rules/fresh/rollback").status == 409
    nobody = desk.ask("POST", "/v1/rules/nobody/rollback")
    assert (nobody.status, nobody.body["code"], "there is no rule nobody" in nobody.body["message"]) == (404, "rule_unknown", True)


def test_a_rule_that_was_removed_comes_back_and_again_goes(desk: Desk) -> None:
    base = desk.put({**BYE, "priority": 5, "version": 1}).body["rulebook"]
    desk.publish({path: text for path, text in FILES.items() if path != "bye.json"}, base)
    back = desk.ask("POST", "/v1/rules/bye/rollback", {"version": 0})
    assert (back.status, back.body["published"], back.body["version"]) == (200, True, 2)
    assert desk.ask("GET", "/v1/rules/bye").body == {**BYE, "priority": 5, "version": 2}
    again = desk.ask("POST", "/v1/rules/bye/rollback", {"version": 0}).body
    assert (again["published"], again["number"]) == (False, 3), "it is done already"
    gone = desk.ask("POST", "/v1/rules/bye/rollback", {"version": 2})
    assert (gone.status, gone.body["published"], "version" in gone.body, desk.versions()) == (200, True, False, {"hello": 1})
    again = desk.ask("POST", "/v1/rules/bye/rollback", {"version": 2}).body
    assert (again["published"], again["number"]) == (False, 4)
    assert desk.ask("POST", "/v1/rules/bye/rollback", {"version": 1}).status == 409
    assert desk.ask("POST", "/v1/rules/bye/rollback").body["version"] == 2


def test_linting_knows_the_events_that_were_seen(desk: Desk) -> None:
    desk.ports.dictionary.note([Event("1", "track", "Said Helo", desk.ports.clock(), desk.ports.clock())])
    (found,) = [finding for finding in desk.ask("POST", "/v1/rules/lint", HELLO).body["findings"] if finding["level"] == "error"]
    assert (found["code"], found["file"]) == ("unknown-event", "hello.json")
    assert "Said Helo" in found["mend"] + found["problem"]


def test_linting_knows_the_stores_and_the_coupon_pools_that_are_there(desk: Desk) -> None:
    offered = {**HELLO, "offer": {"pool": "spring", "percent": 10, "stores": ["sofia-1"]}}

    def found() -> set[str]:
        findings = desk.ask("POST", "/v1/rules/lint", offered).body["findings"]
        return {finding["code"] for finding in findings} & {"unknown-store", "unknown-pool"}

    assert found() == {"unknown-store", "unknown-pool"}
    desk.ports.coupons.add("spring", "SPRING-1")
    assert found() == {"unknown-store"}
    desk.ports.stores.put({"storeId": "sofia-1", "lat": 42.7, "lon": 23.3}, desk.ports.clock())
    assert found() == set()
