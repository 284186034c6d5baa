"""test_kept_index: an index that was kept finds what it found before, in another process too; whatever else is found is no index."""

import marshal
import subprocess
import sys

import pytest

from chalicelib.conditions.condition import Scope
from chalicelib.model.written import Written
from chalicelib.rulebook import maker
from chalicelib.rulebook.index import Index
from chalicelib.rulebook.kept_index import index_bytes, index_from
from chalicelib.rulebook.rule import Rule
from chalicelib.triggers.event import EventHappens
from chalicelib.triggers.matching import EventMatch

from .shop import rulebook

WHERES = [None, "event.properties.a == 'x'", "event.properties.a == `true` && customer.b > `2.5`", "contains(customer.tags, 'x')",
          "length(customer.tags || `[]`) > `1` && event.properties.a != `null`", "!(customer.b) || event.properties.a < 'y'"]
INDEX = Index.of(rulebook(*({"id": f"r{number}", "priority": number % 3, "trigger": {
    "kind": "event", "event": "Viewed", **({"where": where} if where else {})}} for number, where in enumerate(WHERES * 2))).rules.values())
SEEN = [{"event": {"properties": {"a": a}}, "customer": {"b": b, "tags": tags}}
        for a in ("x", True, None) for b in (1, 3, None) for tags in (["x"], ["x", "y"], None)]


def found(index: Index) -> list[list[str]]:
    return [index.match("Viewed", Scope(seen)) for seen in SEEN]


def test_it_finds_the_same_and_goes_on_from_there() -> None:
    kept = index_from(index_bytes(INDEX))
    assert kept is not None and found(kept) == found(INDEX)
    assert len({tuple(rules) for rules in found(kept)}) > 8
    more = rulebook({"id": "more", "trigger": {"kind": "event", "event": "Viewed", "where": "event.properties.a == 'x'"}}).rules["more"]
    assert found(kept.with_rule(more)) == found(INDEX.with_rule(more)) != found(INDEX)
    assert found(kept.without("r1")) == found(INDEX.without("r1")) != found(INDEX)


def test_another_process_finds_the_same_without_reading_any_condition() -> None:
    script = f"""if True:
        import sys
        import jmespath
        jmespath.compile = None
        from chalicelib.conditions.condition import Scope
        from chalicelib.rulebook.kept_index import index_from
        index = index_from(sys.stdin.buffer.read())
        print([index.match("Viewed", Scope(seen)) for seen in {SEEN!r}])"""
    told = subprocess.run([sys.executable, "-c", script], input=index_bytes(INDEX), stdout=subprocess.PIPE, check=True)
    assert told.stdout.decode().strip() == str(found(INDEX))


def test_what_is_damaged_or_foreign_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = index_bytes(INDEX)
    for number in range(0, len(kept), 7):
        assert index_from(kept[:number] + bytes([kept[number] ^ 1]) + kept[number + 1:]) is None
        assert index_from(kept[:number]) is None
    assert index_from(b"") is None
    assert index_from(marshal.dumps("anything")) is None
    assert index_from(kept + b"x") is None
    monkeypatch.setattr(maker, "_known", None)
    monkeypatch.setattr(maker, "MAGIC_NUMBER", b"another Python")
    assert index_from(kept) is None


def test_another_beckon_is_told_by_its_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = index_bytes(INDEX)
    monkeypatch.setattr(maker, "_known", None)
    assert index_from(kept) is not None, "the same functions have the same name"

    def failed_by(self: object, value: object) -> int:
        return 0

    failed_by.__module__ = "chalicelib.rulebook.field_index"
    monkeypatch.setattr(maker, "_known", None)
    monkeypatch.setattr("chalicelib.rulebook.field_index.FieldIndex.failed_by", failed_by)
    assert index_from(kept) is None
    monkeypatch.setattr(maker, "_known", None)


@pytest.mark.parametrize(("kind", "name", "default"), [
    (Rule, "priority", 60), (Rule, "status", "paused"), (EventHappens, "lateness", 1), (EventMatch, "where", "event.properties.a")])
def test_another_beckon_is_told_by_what_its_fields_are_by_default(
        monkeypatch: pytest.MonkeyPatch, kind: type[Written], name: str, default: object) -> None:
    kept = index_bytes(INDEX)
    monkeypatch.setattr(maker, "_known", None)
    monkeypatch.setattr(kind.model_fields[name], "default", default)
    assert index_from(kept) is None
    monkeypatch.setattr(maker, "_known", None)
