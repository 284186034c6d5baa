"""unseen: events that nobody has sent lately, fields they did not have, stores nobody has told of: where recent events are known."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from ...conditions.arguments import nodes_of
from ...conditions.mistakes import root_expressions
from ...conditions.past import ABOUT_PAST, fields_of
from ...conditions.products import store_in
from ...model.dictionary import MOST_FIELDS, Entry
from ...model.errors import RuleInvalid
from ..places import name_one_of
from ..rule import Rule
from ..source import Path as Place
from .book import Asked, Book
from .known_events import KNOWN_EVENTS, KNOWN_PROPERTIES
from .located_conditions import Fault, Node
from .named import stores_named
from .seen import Seen


def find(book: Book) -> Iterator[RuleInvalid]:
    """Events that rules listen to, and stores they name."""
    if book.seen is None:
        return
    stores = book.seen.stores
    for rule in book.rules:
        for place, name in _events_named(rule):
            if book.seen.tracks and name not in book.seen.tracks and name not in KNOWN_EVENTS:
                yield book.problem(rule, place, "unknown-event", *_say_unseen(name, book.seen))
        for place, store in stores_named(rule):
            if stores is not None and store not in stores:
                yield book.problem(rule, place, "unknown-store", f"nobody has told of a store {store!r}",
                                   f"add it to the feed of stores{name_one_of(store, stores)}")


def first_unseen(asked: Asked, parsed: Node, seen: Seen) -> Fault | None:
    """The first event, or field of one, in a condition that was not seen."""
    for node in nodes_of(parsed):
        if node["type"] == "function_expression" and node["value"] in ABOUT_PAST:
            name, argument = node["children"][0].get("value"), node["children"][0]
            if seen.tracks and isinstance(name, str) and name not in seen.tracks and name not in KNOWN_EVENTS:
                return Fault("unknown-event", argument, *_say_unseen(name, seen))
            for field in fields_of(node) if name in seen.tracks else ():
                if _is_unseen(str(field.get("value")), seen.tracks[name]):
                    return Fault("unknown-event-field", field, *_say_no_field(str(field["value"]), "", seen.tracks[name], seen))
        store = store_in(node)
        if store is not None and seen.stores is not None and store["value"] not in seen.stores:
            return Fault("unknown-store", store, f"nobody has told of a store {store['value']!r}",
                         f"add it to the feed of stores{name_one_of(store['value'], seen.stores)}")
    name = _event_of(asked)
    entry = seen.tracks.get(name) if name else None
    for node in root_expressions(parsed) if entry is not None else ():
        path = _path(node, asked)
        if entry is not None and path is not None and _is_unseen(path[1], entry):
            return Fault("unknown-event-field", node, *_say_no_field(path[1], path[0], entry, seen))
    return None


def _event_of(asked: Asked) -> str | None:
    """The name of the event whose fields a condition asks for."""
    if asked.rule is None or asked.is_of_event:
        return asked.event
    return asked.rule.trigger.event if asked.rule.trigger.kind == "event" else None


def _path(node: Node, asked: Asked) -> tuple[str, str] | None:
    """Of a chain of names that leads into an event, how it begins, and its path in the dictionary."""
    if node["type"] != "subexpression":
        return None
    names = [child["value"] if child["type"] == "field" else None for child in node["children"][:3]]
    if names[:2] == ["event", "properties"] and len(names) > 2 and names[2]:
        return "event.", f"properties.{names[2]}"
    if not asked.is_of_event and names[:2] == ["trigger", "event"] and len(names) > 2 and names[2]:
        return "trigger.event.", f"properties.{names[2]}"
    return None


def _is_unseen(path: str, entry: Entry) -> bool:
    part, _, name = path.partition(".")
    is_known = entry.name in KNOWN_EVENTS and name in KNOWN_PROPERTIES
    return part == "properties" and "." not in name and path not in entry.fields and not is_known and len(entry.fields) < MOST_FIELDS


def _say_unseen(name: str, seen: Seen) -> tuple[str, str]:
    alike = get_close_matches(name, [*seen.tracks, *KNOWN_EVENTS], 1, 0.7)
    if not alike:
        often = sorted(seen.tracks.values(), key=lambda entry: -entry.count)[:5]
        there = ", ".join(f"{entry.name!r} ({entry.count:,})" for entry in often)
        return f"no event {name!r} {seen.span}", f"write one that the shop sends: {there or 'there are none yet'}"
    if alike[0] not in seen.tracks:
        return f"no event {name!r} {seen.span}", f"did you mean {alike[0]!r}?"
    return f"no event {name!r} {seen.span}; {alike[0]!r} has {seen.tracks[alike[0]].count:,}", f"write {alike[0]!r}"


def _say_no_field(path: str, before: str, entry: Entry, seen: Seen) -> tuple[str, str]:
    name = path.partition(".")[2]
    known = [other.removeprefix("properties.") for other in entry.fields if other.startswith("properties.") and "[]" not in other]
    alike = get_close_matches(name, known, 1)
    problem = f"no {entry.name!r} had a field {path} {seen.span}"
    if alike:
        count = sum(entry.fields[f"properties.{alike[0]}"].values())
        owner = before if before == "trigger.event." else f"{before}properties."
        return f"{problem}; properties.{alike[0]} has {count:,}", f"write {owner}{alike[0]}"
    return problem, f"write one that it has: {', '.join(known[:12]) or 'it has none'}"


def _events_named(rule: Rule) -> Iterator[tuple[Place, str]]:
    yield from _named("event", rule.model_dump(mode="json", by_alias=True, exclude={"examples"}), ())


def _named(name: str, part: Any, place: Place) -> Iterator[tuple[Place, str]]:
    entries: Iterable[tuple[str | int, Any]] = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in entries:
        if key == name and isinstance(value, str):
            yield (*place, key), value
        else:
            yield from _named(name, value, (*place, key))
