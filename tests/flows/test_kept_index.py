"""Where there are many rules, publishing keeps their index beside them: whoever follows loads it, and need not read any condition again."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.following import Following
from chalicelib.adapters.memory import MemoryMeter
from chalicelib.backtest.world import World
from chalicelib.conditions import condition as conditions
from chalicelib.conditions.condition import Scope
from chalicelib.flows.publishing import Said, publish
from chalicelib.flows.rulebooks import in_force
from chalicelib.ports import Ports
from chalicelib.rulebook import maker, running
from chalicelib.rulebook.bundle import Bundle
from chalicelib.rulebook.index import Index
from chalicelib.rulebook.kept_index import index_part
from chalicelib.rulebook.rulebook import Rulebook
from chalicelib.rulebook_ports import RUNNING
from simulators.shop_day import BEGINS, rulebook

from .test_publishing import BRAND, Lenient

WHERES = {"dear": "event.properties.price > `20`", "tagged": "length(event.properties.tags) > `1`", "all": None}


def files() -> dict[str, str]:
    rules = {id: {"id": id, "trigger": {"kind": "event", "event": "Hello", **({"where": where} if where else {})},
                  "steps": [{"send": {"channel": "email", "template": "plain"}}]} for id, where in WHERES.items()}
    return {"brand.json": json.dumps(BRAND), **{f"{id}.json": json.dumps(rule) for id, rule in rules.items()}}


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> Ports:
    """A world in which three rules are many."""
    monkeypatch.setattr(running, "MANY", 3)
    ports = replace(World(rulebook(), BEGINS).ports, deployed=lambda: Bundle(files()))
    publish(ports, Lenient(), {**files(), "all.json": files()["all.json"].replace("plain", "other")}, None, Said("anna"))
    return ports


def load(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> tuple[Rulebook, list[str]]:
    """What a new process has in force, and the conditions it has read for that."""
    read: list[str] = []
    conditions.condition.cache_clear()
    parse = conditions.parse

    def noted(text: str) -> Any:
        read.append(text)
        return parse(text)

    monkeypatch.setattr(conditions, "parse", noted)
    return Following(ports.rulebooks, lambda: pytest.fail("it was published"), ports.clock, MemoryMeter())(), read


def heard(book: Rulebook, **properties: Any) -> list[str]:
    return book.matcher.match("Hello", Scope({"event": {"properties": properties}}))


def test_a_new_process_reads_no_condition_and_finds_the_same(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    book, read = load(ports, monkeypatch)
    assert [heard(book, price=21), heard(book, price=9, tags=["a", "b"]), heard(book)] == [["all", "dear"], ["all", "tagged"], ["all"]]
    assert heard(book.in_force_as(9, paused=True), price=21) == ["all", "dear"]
    assert read == []
    assert book.rules["dear"].trigger.where == "event.properties.price > `20`"  # type: ignore[union-attr]


@pytest.mark.parametrize("harm", ["gone", "damaged", "another Beckon's"])
def test_without_it_everything_is_read_again(ports: Ports, monkeypatch: pytest.MonkeyPatch, harm: str) -> None:
    latest = ports.rulebooks.latest()
    assert latest is not None
    kept = ports.rulebooks.content(latest.bundle, index_part())
    assert kept is not None
    if harm == "damaged":
        ports.rulebooks.keep(latest.bundle, index_part(), kept[:-1] + b"?")
    else:
        monkeypatch.setattr(maker, "_known", b"\1" * 16)
    if harm == "another Beckon's":
        ports.rulebooks.keep(latest.bundle, index_part(), kept)
    book, read = load(ports, monkeypatch)
    assert {where for where in WHERES.values() if where} <= set(read)
    assert [heard(book, price=21), heard(book, price=9, tags=["a", "b"]), heard(book)] == [["all", "dear"], ["all", "tagged"], ["all"]]


def test_few_rules_are_read_without_asking_for_one(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MANY", 4)
    publish(ports, Lenient(), files(), in_force(ports).bundle.name, Said("anna"))
    latest = ports.rulebooks.latest()
    assert latest is not None and ports.rulebooks.content(latest.bundle, index_part()) is None
    assert heard(load(ports, monkeypatch)[0]) == ["all"]


def test_of_what_is_published_next_only_what_is_new_is_read(ports: Ports) -> None:
    following = Following(ports.rulebooks, lambda: pytest.fail("it was published"), ports.clock, MemoryMeter())
    before = following()
    assert heard(before, price=21) == ["all", "dear"]
    edited = files()
    edited["dear.json"] = edited["dear.json"].replace("`20`", "`30`")
    edited["new.json"] = edited["all.json"].replace('"all"', '"new"')
    del edited["tagged.json"], edited["all.json"]
    publish(ports, Lenient(), {**edited, "all.json": json.dumps({**json.loads(files()["all.json"]), "priority": 1})},
            in_force(ports).bundle.name, Said("anna"))
    following.look_again()
    after = following()
    assert [heard(after, price=31, tags=["a", "b"]), heard(after, price=21)] == [["dear", "new", "all"], ["new", "all"]]
    assert heard(before, price=21, tags=["a", "b"]) == ["all", "dear", "tagged"]
    publish(ports, Lenient(), {**edited, "all.json": files()["all.json"]}, in_force(ports).bundle.name, Said("anna"))
    following.look_again()
    assert following().rules["new"] is after.rules["new"] and following().rules["all"] is not after.rules["all"]
    assert heard(following()) == ["all", "new"]


@pytest.mark.parametrize("why", ["many others", "it is worn", "it was never built"])
def test_what_was_kept_is_taken_where_the_index_before_is_not_gone_on_with(
        ports: Ports, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    latest = ports.rulebooks.latest()
    assert latest is not None
    before = running.rulebook_from(ports.rulebooks.content(latest.bundle, RUNNING) or b"", 1)
    assert before.found_with is None, "nobody has asked yet"
    if why != "it was never built":
        assert heard(before, price=21) == ["all", "dear"]
    edited = files()
    edited["dear.json"] = edited["dear.json"].replace("`20`", "`30`")
    publish(ports, Lenient(), edited, in_force(ports).bundle.name, Said("anna"))
    if why == "many others":
        monkeypatch.setattr(running, "FEW", 1)
    if why == "it is worn":
        index = before.matcher
        assert isinstance(index, Index)
        before.found_by(index.with_rule(before.rules["all"]).with_rule(before.rules["all"]))
    latest = ports.rulebooks.latest()
    assert latest is not None
    content, kept = (ports.rulebooks.content(latest.bundle, part) or b"" for part in (RUNNING, index_part()))
    conditions.condition.cache_clear()
    monkeypatch.setattr(conditions, "parse", lambda text: pytest.fail(f"{text} is read though the index is there"))
    after = running.rulebook_from(content, 2, kept=lambda: kept, known=before)
    assert after.rules["tagged"] is before.rules["tagged"] and after.rules["dear"] is not before.rules["dear"]
    assert [heard(after, price=31), heard(after, price=21)] == [["all", "dear"], ["all"]]


def test_an_index_that_nobody_asked_for_is_not_built_for_the_next_publication(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MANY", 4)
    latest = ports.rulebooks.latest()
    assert latest is not None
    content = ports.rulebooks.content(latest.bundle, RUNNING) or b""
    before = running.rulebook_from(content, 1)
    after = running.rulebook_from(content, 2, known=before)
    assert before.found_with is None and after.found_with is None
    assert heard(after, price=21) == ["all", "dear"]
