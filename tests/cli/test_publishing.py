"""Rules put into force from the command line at an engine that runs: by two colleagues, back again, silent, and into a folder."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from simulators.serving import serving

from ..entrypoints.conftest import Answer
from ..entrypoints.rules_desk import BYE, FILES, HELLO, Desk, open_desk

ANNA, BORIS = ("--by", "anna"), ("--by", "boris")
Beckon = Callable[..., tuple[int, str, str]]


class Killed(BaseException):
    """Nobody catches it."""


def write(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def edit(folder: Path, rule: str = "hello", **changes: Any) -> None:
    path = folder / f"{rule}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}, indent=2))


@pytest.fixture
def desk() -> Iterator[Desk]:
    """The API over memory, with a small rules folder deployed."""
    with open_desk() as made:
        yield made


@pytest.fixture
def beckon(beckon: Beckon, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Beckon]:
    """Run the command at it; its exit code and what it printed."""
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = desk.request(self.command, self.path, body, dict(self.headers.items()) | {"accept": "*/*"})
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(answer.raw)))
            self.end_headers()
            self.wfile.write(answer.raw)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        monkeypatch.setenv("BECKON_ENDPOINT", f"http://127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv("BECKON_KEY", "server-key")
        yield beckon


@pytest.fixture
def anna(tmp_path: Path) -> Path:
    """Anna's folder."""
    return write(tmp_path / "anna", FILES)


@pytest.fixture
def boris(anna: Path) -> Path:
    """Boris's copy of it."""
    return Path(shutil.copytree(anna, anna.parent / "boris"))


def test_from_a_folder_to_an_engine_and_back(desk: Desk, beckon: Beckon, anna: Path) -> None:
    assert beckon("publish", anna) == (0, "nothing to publish: these are the rules that came with the deployment\n", "")
    code, _, err = beckon("rollback")
    assert (code, "nothing was published yet" in err) == (2, True)
    edit(anna, trigger={"kind": "event", "event": "Said Hi"}, examples=[])
    assert beckon("publish", anna, *ANNA, "--note", "younger") == (0, "  changed  rule hello\nnumber 1 is in force\n", "")
    assert beckon("publish", anna)[1] == "nothing to publish: number 1 is the same\n"
    assert desk.versions() == {"hello": 2, "bye": 1}
    assert beckon("rollback", *BORIS)[1].startswith("  changed  rule hello\nnumber 2 is in force")
    assert beckon("pause", *ANNA) == (0, "everything is paused\n", "")
    assert beckon("pause")[1] == "everything is paused already\n"
    code, _, err = beckon("publish", anna, "--over", 3)
    assert (code, "the folder has no edits" in err, "`beckon rollback` goes back" in err) == (2, True, True)
    edit(anna, priority=3)
    assert beckon("publish", anna, "--over", 3)[1].splitlines()[-1].startswith("number 4 is in force, and everything is paused")
    assert beckon("pause", "--off")[1] == "nothing is paused\n"
    assert [(entry["action"], entry["note"], entry["paused"]) for entry in desk.in_force()["publications"]] == [
        ("resume", "", False), ("publish", "", True), ("pause", "", True), ("rollback", "", False), ("publish", "younger", False)]
    assert [entry["by"] for entry in desk.in_force()["publications"]][2:] == ["anna", "boris", "anna"]


def test_the_second_of_two_colleagues_is_told_what_the_first_changed(desk: Desk, beckon: Beckon, anna: Path, boris: Path) -> None:
    edit(anna, priority=1)
    assert beckon("publish", anna, *ANNA)[0] == 0
    shutil.copy(anna / ".published.json", boris)
    shutil.copy(anna / "hello.json", boris)
    edit(anna, "bye", priority=2)
    assert beckon("publish", anna, *ANNA, "--note", "less of it")[0] == 0
    edit(boris, priority=3)
    code, out, err = beckon("publish", boris, *BORIS)
    assert code == 1
    assert out.splitlines()[0].startswith("number 2 publish by anna at 2026-03-01T09:00:") and out.splitlines()[0].endswith(": less of it")
    assert out.splitlines()[1:] == ["  changed  rule bye"]
    assert err.startswith("nothing was published: number 2 is in force by now, by anna")
    code, _, err = beckon("publish", boris, *BORIS, "--over", 1)
    assert (code, "number 2 is in force by now, not 1" in err) == (2, True)
    assert "`beckon publish --over 2` keeps that where you have edited nothing" in beckon("publish", boris, *BORIS)[2]
    assert beckon("publish", boris, *BORIS, "--over", 2)[1].splitlines() == [
        "  from number 2: rule bye changed", "  changed  rule hello", "number 3 is in force"]
    assert (boris / "bye.json").read_text() == (anna / "bye.json").read_text()
    assert desk.versions() == {"bye": 2, "hello": 3}, "nobody's edit is lost"
    edit(anna, priority=4)
    code, out, _ = beckon("publish", anna, *ANNA)
    assert (code, [line.split()[-1] for line in out.splitlines()[1:]]) == (1, ["hello"])
    assert beckon("publish", anna, "--over", 3)[1].splitlines() == [
        "  over number 3: hello.json, which was edited there too", "  changed  rule hello", "number 4 is in force"]


def test_two_copies_of_a_folder_that_was_never_published_lose_nothing(desk: Desk, beckon: Beckon, anna: Path, boris: Path) -> None:
    edit(anna, priority=1)
    beckon("publish", anna, *ANNA)
    edit(boris, "bye", priority=2)
    code, out, err = beckon("publish", boris, *BORIS)
    assert (code, out.splitlines()[1:]) == (1, ["  changed  rule hello"]), "bye is his own"
    assert "by anna: rule hello changed - what your edits began with is not known: `beckon fetch` it into a new folder" in err
    beckon("fetch", boris.parent / "fresh")
    edit(boris.parent / "fresh", "bye", priority=2)
    assert beckon("publish", boris.parent / "fresh", *BORIS)[1].splitlines() == ["  changed  rule bye", "number 2 is in force"]
    assert desk.versions() == {"bye": 2, "hello": 2}


def test_whoever_dies_before_noting_what_was_published_knows_it_again(desk: Desk, beckon: Beckon, anna: Path, boris: Path,
                                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise Killed

    for check in ("_check", "_play"):  # so that it is the engine that refuses
        monkeypatch.setattr(f"chalicelib.cli.publishing.{check}", lambda folder: None)

    for priority in (1, 2):  # with nothing noted before, and with something
        edit(anna, priority=priority)
        with monkeypatch.context() as killed, pytest.raises(Killed):
            killed.setattr("chalicelib.cli.publishing.write_note", die)
            beckon("publish", anna, *ANNA)
        edit(anna, "bye", steps=[])
        assert beckon("publish", anna, *ANNA)[0] == 1
        edit(anna, "bye", steps=BYE["steps"], priority=priority)
        assert beckon("publish", anna, *ANNA)[1].splitlines() == ["  changed  rule bye", f"number {2 * priority} is in force"]
    edit(anna, priority=3)
    with monkeypatch.context() as killed, pytest.raises(Killed):
        killed.setattr("chalicelib.cli.publishing.write_note", die)
        beckon("publish", anna, *ANNA)
    beckon("fetch", boris.parent / "fresh")
    edit(boris.parent / "fresh", "bye", priority=9)
    beckon("publish", boris.parent / "fresh", *BORIS)
    edit(anna, priority=4)
    assert beckon("publish", anna, *ANNA)[1].splitlines()[1:] == ["  changed  rule bye"], "only what Boris did is another's"


def test_rules_that_are_wrong_or_whose_stories_end_otherwise_do_not_leave_the_folder(desk: Desk, beckon: Beckon, anna: Path) -> None:
    edit(anna, steps=[])
    code, out, err = beckon("publish", anna)
    assert (code, "hello.json" in out, err) == (1, True, "nothing was published\n")
    edit(anna, steps=HELLO["steps"], trigger={"kind": "event", "event": "Said Nothing"})
    code, out, err = beckon("publish", anna)
    assert (code, out) == (1, "FAIL hello: who says hello is greeted: expected send of step 1 after 1s, got silence\n")
    assert desk.in_force()["number"] == 0


def test_an_address_where_nobody_is_is_told_at_once(beckon: Beckon, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as gone:
        url = f"http://127.0.0.1:{gone.server_address[1]}"
    code, _, err = beckon("pause", "--endpoint", url)
    assert (code, err) == (2, f"Error: nothing was paused: nobody answers at {url}: Connection refused - is the engine running"
                              " there? --endpoint or BECKON_ENDPOINT says where it is\n")
    assert sum(pauses) < 3
    code, _, err = beckon("pause", "--off", "--key", "nobody")
    assert (code, err.startswith("Error: nothing was resumed: http")) == (2, True)


def test_one_rule_goes_back(beckon: Beckon, anna: Path) -> None:
    edit(anna, priority=1)
    beckon("publish", anna)
    edit(anna, "bye", priority=2)
    beckon("publish", anna)
    assert beckon("rollback", "--rule", "hello", "--note", "no good")[1].startswith("  changed  rule hello\nnumber 3 is in force")
    (anna / "bye.json").unlink()
    beckon("publish", anna, "--over", 3)
    assert beckon("rollback", "--rule", "bye")[1].startswith("  added    rule bye\nnumber 5 is in force")
    assert beckon("rollback", "--rule", "nobody") == (
        2, "", "Error: there is no rule nobody, and there never was one - `GET /v1/rules` lists those in force\n")


@pytest.mark.parametrize("which", [(), ("--rule", "hello")])
def test_going_back_twice_because_an_answer_was_lost_goes_back_once(desk: Desk, beckon: Beckon, anna: Path,
                                                                   monkeypatch: pytest.MonkeyPatch, which: tuple[str, ...]) -> None:
    for priority in (1, 2):
        edit(anna, priority=priority)
        beckon("publish", anna)
    request, lost = desk.request, list[int]()

    def losing(method: str, path: str, *more: Any) -> Answer:
        answer = request(method, path, *more)
        if path.endswith("/rollback") and not lost:
            lost.append(answer.status)
            return replace(answer, status=503)
        return answer

    monkeypatch.setattr(desk, "request", losing)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    code, out, _ = beckon("rollback", *which, *ANNA)
    assert (lost, code, out.startswith("number 3 is in force")) == ([200], 0, True)
    assert (desk.versions()["hello"], desk.ask("GET", "/v1/rules/hello").body["priority"]) == (2, 1)


def test_what_is_in_force_comes_into_a_folder_without_overwriting_edits(beckon: Beckon, anna: Path, boris: Path) -> None:
    edit(anna, priority=1)
    beckon("publish", anna)
    fresh = anna.parent / "fresh"
    assert beckon("fetch", fresh)[1] == f"{fresh}: number 1, {len(FILES)} files\n"
    assert {path: (fresh / path).read_text() for path in FILES} == {path: (anna / path).read_text() for path in FILES}
    assert json.loads((fresh / "schema" / "rule.schema.json").read_text()), "what rules name as their $schema is there"
    code, _, err = beckon("fetch", boris)
    assert (code, "has edits that were never published" in err) == (2, True)
    (anna / "bye.json").unlink()
    beckon("publish", anna)
    assert beckon("fetch", fresh)[0] == 0
    assert not (fresh / "bye.json").exists()
    edit(fresh, priority=9)
    assert beckon("fetch", fresh)[0] == 2
    assert json.loads((fresh / "hello.json").read_text())["priority"] == 9
