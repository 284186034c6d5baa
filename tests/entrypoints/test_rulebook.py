"""A whole rulebook over HTTP: published, refused where others were faster, rolled back, silenced, brought back file by file."""

import json
from pathlib import Path

import pytest

from chalicelib.entrypoints import judge
from chalicelib.rulebook.bundle import Bundle

from .rules_desk import BYE, DEPLOYED, FILES, HELLO, Desk


def test_a_whole_folder_is_published_and_rolled_back(desk: Desk) -> None:
    without_bye = {path: text for path, text in FILES.items() if path != "bye.json"}
    answer = desk.publish({**without_bye, "hello.json": json.dumps({**HELLO, "priority": 1})}, note="less", by="anna")
    assert (answer.status, answer.body["published"], answer.body["number"]) == (200, True, 1)
    assert [(change["name"], change["how"]) for change in answer.body["changes"]] == [("bye", "removed"), ("hello", "changed")]
    again = desk.publish({**without_bye, "hello.json": json.dumps({**HELLO, "priority": 1}, indent=4)}, answer.body["rulebook"])
    assert (again.body["published"], again.body["number"], again.body["rulebook"]) == (False, 1, answer.body["rulebook"])
    back = desk.ask("POST", "/v1/rulebook/rollback", {"number": 1})
    assert (back.body["number"], back.body["rulebook"], desk.versions()) == (2, DEPLOYED.name, {"hello": 1, "bye": 1})
    forth = desk.ask("POST", "/v1/rulebook/rollback", {"number": 2})
    assert (forth.body["number"], forth.body["rulebook"], desk.versions()) == (3, answer.body["rulebook"], {"hello": 2})
    same = desk.ask("POST", "/v1/rulebook/rollback", {"number": 2}).body
    assert (same["published"], same["number"]) == (False, 3), "it is done already"
    stale = desk.ask("POST", "/v1/rulebook/rollback", {"number": 1})
    assert (stale.status, stale.body["message"].split(" - ")[1]) == (409, "look at it, then go back from there"), "undone meanwhile"
    assert [entry["action"] for entry in desk.in_force()["publications"]] == ["rollback", "rollback", "publish"]


def test_nothing_published_is_nothing_to_go_back_to(desk: Desk) -> None:
    assert desk.ask("POST", "/v1/rulebook/rollback", {}).body["code"] == "nothing_before"
    desk.ask("POST", "/v1/rulebook/pause", {"paused": True})
    assert desk.ask("POST", "/v1/rulebook/rollback", {}).body["code"] == "nothing_before"


def test_a_folder_that_began_with_something_else_is_refused_and_told_what_changed(desk: Desk) -> None:
    first = desk.publish({**FILES, "hello.json": json.dumps({**HELLO, "priority": 1})}).body["rulebook"]
    second = desk.publish({**FILES, "bye.json": json.dumps({**BYE, "priority": 2}), "hello.json": json.dumps({**HELLO, "priority": 1})},
                          first, by="anna").body
    mine = {**FILES, "hello.json": json.dumps({**HELLO, "priority": 3})}
    refused = desk.publish(mine, first)
    assert (refused.status, refused.body["code"], refused.body["number"]) == (409, "rulebook_moved", 2)
    assert refused.body["changes"] == [{"what": "rule", "name": "bye", "how": "changed"}]
    assert [publication["by"] for publication in refused.body["publications"]] == ["anna"]
    assert "rule bye changed" in refused.body["message"] and "anna" in refused.body["message"]
    assert desk.publish(mine).status == 409, "nobody knows what it began with"
    assert desk.publish(mine, "what nobody knows").status == 409
    over = desk.publish(mine, second["rulebook"])
    assert (over.status, over.body["number"]) == (200, 3)


def test_a_pause_alone_is_nothing_that_anybody_could_overwrite(desk: Desk) -> None:
    first = desk.publish({**FILES, "hello.json": json.dumps({**HELLO, "priority": 1})}).body["rulebook"]
    paused = desk.ask("POST", "/v1/rulebook/pause", {"paused": True, "by": "anna"}).body
    assert (paused["published"], paused["paused"], paused["number"], paused["rulebook"]) == (True, True, 2, first)
    assert desk.ask("POST", "/v1/rulebook/pause", {"paused": True}).body["published"] is False
    published = desk.publish(FILES, first).body
    assert (published["number"], published["paused"]) == (3, True), "publishing ends no pause"
    assert desk.ask("POST", "/v1/rulebook/pause", {"paused": False}).body["paused"] is False
    assert [entry["action"] for entry in desk.in_force()["publications"]] == ["resume", "publish", "pause", "publish"]


@pytest.mark.parametrize("body", [b"no json", {"files": []}, {"files": {"../brand.json": "{}"}}, {"files": {"brand.json": 1}},
                                  {"files": {"brand.json": "\ud800"}}, {"files": {}, "base": 1}, {"files": FILES, "by": 1},
                                  {"files": FILES, "note": "x" * 1_001}])
def test_a_body_that_is_none_is_refused(desk: Desk, body: object) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert desk.ask("POST", "/v1/rulebook", raw).status == 400
    assert desk.in_force()["number"] == 0


def test_examples_that_take_too_long_go_on_with_the_next_call(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "TIME", -1.0)
    more = json.dumps(HELLO).replace("Said Hello", "Said Hello {}").replace('"hello"', '"hello-{}"')
    files = {**FILES, **{f"hello-{number}.json": more.replace("{}", str(number)) for number in range(2)}}
    answers = [desk.publish(files).body for _ in range(4)]
    assert [(answer["published"], answer["left"], answer["number"]) for answer in answers] == [
        (False, 2, 0), (False, 1, 0), (True, 0, 1), (False, 0, 1)]


def test_another_beckon_is_another_judge(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = [judge.FolderJudge().name, judge.FolderJudge().name]
    monkeypatch.setattr(judge, "SOURCES", tmp_path)
    for text in ("one", "other"):
        (tmp_path / "checks.py").write_text(text)
        judge._name.cache_clear()
        names.append(judge.FolderJudge().name)
    judge._name.cache_clear()
    assert (names[0] == names[1], len(set(names))) == (True, 3)


def test_files_come_back_as_they_were_published_page_by_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.entrypoints.rulebook_body.PAGE_BYTES", 600)
    name = desk.publish({**FILES, "hello.json": json.dumps({**HELLO, "priority": 1}, indent=7)}).body["rulebook"]
    desk.ask("POST", "/v1/rulebook/rollback", {})
    found: dict[str, str] = {}
    after, pages = "", 0
    while after is not None:
        page = desk.ask("GET", f"/v1/rulebook/files?rulebook={name}&after={after}").body
        assert page["rulebook"] == name
        found |= page["files"]
        after, pages = page["next"], pages + 1
    assert (found, pages > 1) == ({**FILES, "hello.json": json.dumps({**HELLO, "priority": 1}, indent=7)}, True)
    assert desk.ask("GET", "/v1/rulebook/files?rulebook=nobody").status == 404
    assert Bundle(desk.ask("GET", "/v1/rulebook/files").body["files"]).rules() == ["bye"]
