"""schema_mistakes: what a document has that its model does not take: one mistake of its writer is told once, where it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from ..conditions.refusal import ConditionRefused
from ..model.written import Written
from .source import Path, Source, Span
from .value_mistakes import Advice, advise, example_of, only_field, shown
from .written_schema import WrittenSchema, schema_of

Error = dict[str, Any]
_ORDER = re.compile(r"(name|write|give|leave|let|add|call) ")
CALLED_HERE = {
    "delay": ("wait", "after"), "type": ("kind",), "name": ("id",), "if": ("when", "where", "condition"), "filter": ("where", "condition"),
    "conditions": ("condition",), "segment": ("audience",), "language": ("locale",), "expires": ("expiresAfter", "validFor"),
    "messages": ("steps",), "actions": ("steps",), "discount": ("percent",), "coupon": ("code",), "enabled": ("status",),
    "active": ("status",), "cooldown": ("reentry",), "tests": ("examples",),
}
"""Names from elsewhere, and what may be meant by them here."""
_WORD = re.compile(r"[A-Za-z]+")
_STEP = re.compile(r"step ([0-9]+) ")
_FIELD = re.compile(r"`(\w+)`")


@dataclass(frozen=True, slots=True)
class WrittenMistake:
    """A mistake and its place; `shown` are lines that show it."""

    code: str
    span: Span
    problem: str
    mend: str
    shown: str = ""


def find_mistakes(error: ValidationError, source: Source, model: type[Written]) -> list[WrittenMistake]:
    """What is wrong, in the order of the text."""
    schema, found = schema_of(model), dict[int, WrittenMistake]()
    errors = [(*_resolve(each["loc"], source.value), dict(each)) for each in error.errors(include_url=False)]
    misnamed = _misnamed(errors)
    for path, _, each in _likeliest(errors):
        if each["type"] == "missing" and path in misnamed.values():
            continue
        mistake = _mistake(path, each, source, schema)
        if path in misnamed:
            mistake = replace(mistake, mend=f'did you mean "{misnamed[path][-1]}"?')
        found.setdefault(mistake.span[0], mistake)
    return sorted(found.values(), key=lambda mistake: mistake.span)


def _resolve(loc: tuple[str | int, ...], document: Any) -> tuple[Path, tuple[str, ...]]:
    """Where in the document an error is, and the names of alternatives on the way, which are no fields."""
    path: list[str | int] = []
    alternatives: list[str] = []
    kind_of: Any = None  # what the kind just said is that of: after it the same name is a field, `event` of the kind event
    for number, part in enumerate(loc):
        is_kind = isinstance(document, dict) and document.get("kind") == part and document is not kind_of
        held = part in document if isinstance(document, dict) else isinstance(document, list) and isinstance(part, int)
        if is_kind:
            kind_of = document
            continue
        if held:
            path.append(part)
            document = document[part]
        elif number + 1 == len(loc) and isinstance(document, dict):
            path.append(part)  # what is missing
        else:
            alternatives.append(f"{'.'.join(map(str, path))}|{part}")
    return tuple(path), tuple(alternatives)


def _likeliest(errors: list[tuple[Path, tuple[str, ...], Error]]) -> Iterator[tuple[Path, tuple[str, ...], Error]]:
    """Of the alternatives for one place the one that the document misses least."""
    counts: dict[str, int] = {}
    for _, alternatives, _ in errors:
        for name in alternatives:
            counts[name] = counts.get(name, 0) + 1
    best: dict[str, str] = {}
    for name in counts:
        place = name.partition("|")[0]
        if place not in best or counts[name] < counts[best[place]]:
            best[place] = name
    for path, alternatives, error in errors:
        if all(best[name.partition("|")[0]] == name for name in alternatives):
            yield path, alternatives, error


def _misnamed(errors: list[tuple[Path, tuple[str, ...], Error]]) -> dict[Path, Path]:
    """Unknown fields by which missing ones seem to be meant: of a name much like theirs, or the only ones of both."""
    found: dict[Path, Path] = {}
    unknown = [path for path, _, error in errors if error["type"] == "extra_forbidden"]
    missing = [path for path, _, error in errors if error["type"] == "missing"]
    for path in unknown:
        wanted = [other for other in missing if other[:-1] == path[:-1]]
        alone = len(wanted) == 1 and sum(other[:-1] == path[:-1] for other in unknown) == 1
        meant = get_close_matches(str(path[-1]), [str(other[-1]) for other in wanted], 1)
        if meant or alone:
            found[path] = (*path[:-1], meant[0] if meant else wanted[0][-1])
    return found


def _mistake(path: Path, error: Error, source: Source, schema: WrittenSchema) -> WrittenMistake:
    refused = error.get("ctx", {}).get("error")
    if isinstance(refused, ConditionRefused):
        return _condition_mistake(path, refused, source)
    if error["type"] == "extra_forbidden":
        return WrittenMistake("unknown-field", source.key_span(path), f'{dotted(path)}: there is no such field',
                              _advice_on_name(path, source.value, schema))
    if error["type"] == "missing":
        example = example_of(schema.at(source.value, path))
        return WrittenMistake("missing-field", source.key_span(path[:-1]) if path[:-1] else (0, 1), f'{dotted(path)}: is missing',
                              f'write "{path[-1]}": {example}')
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return _kind_mistake(path, error, source, schema)
    value = _value_at(source.value, path)
    advice = _of_fields(advise(error, value, schema.at(source.value, path)), value)
    if isinstance(value, str) and advice.mend == f"write [{shown(value)}]" and (name := only_field(schema.at(source.value, (*path, 0)))):
        advice = replace(advice, mend=f'write [{{"{name}": {shown(value)}}}]')
    if path[-1:] == ("end",) and advice.code == "bad-time" and advice.mend == f'write "{_value_at(source.value, path[:-1]).get("start")}"':
        begin = advice.mend.removeprefix("write ")
        latest = '"23:30" or earlier' if begin == '"00:00"' else "another time"
        advice = replace(advice, mend=f"write {latest}: with {begin}, when they begin, it would never be quiet")
    return WrittenMistake(advice.code, _field_meant(path, value, advice, source), f"{dotted(path)}: {advice.problem}" if path
                          else advice.problem, advice.mend)


def _condition_mistake(path: Path, refused: ConditionRefused, source: Source) -> WrittenMistake:
    """In the text of a condition, which is the field's own, or that of one below it."""
    place = next((below for below in source.values if below[:len(path)] == path and "examples" not in below[:1]
                  and _value_at(source.value, below) == refused.text), path)
    mistake = refused.mistake
    pointed = caret(refused.text, mistake.start, mistake.end)
    return WrittenMistake(mistake.code, source.within(place, mistake.start, mistake.end), f"{dotted(place)}: {mistake.problem}",
                          mistake.mend, pointed)


def _advice_on_name(path: Path, document: Any, schema: WrittenSchema) -> str:
    """What may have been meant by a field that nobody knows."""
    name, around = str(path[-1]), _value_at(document, path[:-1])
    free = [known for known in schema.fields(document, path[:-1]) if known not in around]
    alike = {_letters(known): known for known in free}
    called = next((other for other in CALLED_HERE.get(name, ()) if other in free), None)
    meant = alike.get(_letters(name)) or called or next(iter(get_close_matches(name, free, 1)), None)
    if meant:
        return f'did you mean "{meant}"?'
    here = tuple(part for part in path[:-1] if isinstance(part, str))
    homes = sorted((home for home in schema.homes(name) if home != here), key=lambda home: (home[:len(here)] != here, len(home)))
    if homes:
        nearest = [".".join(map(str, home)) for home in homes if (home[:len(here)] == here) == (homes[0][:len(here)] == here)
                   and len(home) == len(homes[0])]
        return f"it stands in {' or '.join(nearest[:3])}" if homes[0] else "it stands in the file itself, not within another field"
    return f"take it away; there are {', '.join(known for known in free if known != '$schema')}" if free else "take it away"


def _kind_mistake(path: Path, error: Error, source: Source, schema: WrittenSchema) -> WrittenMistake:
    """Of several kinds of a thing it says to be none."""
    told = error["ctx"]
    name = told["discriminator"].strip("'")
    if error["type"] == "union_tag_not_found":
        known = [str(kind["const"]) for kind in schema.at(source.value, (*path, name)) if "const" in kind]
        return WrittenMistake("missing-field", source.key_span(path), f"{dotted((*path, name))}: is missing",
                              f'write "{name}": "{known[0] if known else "..."}", or one of {", ".join(known[1:])}')
    kinds = [kind.strip("' ") for kind in told["expected_tags"].split(",")]
    meant = get_close_matches(told["tag"], kinds, 1)
    mend = f'did you mean "{meant[0]}"?' if meant else f"there are {', '.join(kinds)}"
    problem = f'{dotted((*path, name))}: there is no {path[-1]} "{told["tag"]}"'
    return WrittenMistake("not-one-of", source.value_span((*path, name)), problem, mend)


def _of_fields(advice: Advice, value: Any) -> Advice:
    """What is wrong with the fields of an object when its model says only what to do about it."""
    if not isinstance(value, dict) or not _ORDER.match(advice.problem):
        return advice
    there = [f"`{name}`" for name in dict.fromkeys(_FIELD.findall(advice.problem)) if name in value]
    return Advice(advice.code, f"{' and '.join(there)} do not go together" if len(there) > 1 else "something is missing", advice.problem)


def _field_meant(path: Path, value: Any, advice: Advice, source: Source) -> Span:
    """Of what is wrong with an object as a whole, the field that is spoken of."""
    if isinstance(value, dict):
        said = f"{advice.problem} {advice.mend}"
        if step := _STEP.match(advice.problem):
            place = (*path, "steps", int(step[1]) - 1)
            return source.value_span((*place, "after") if (*place, "after") in source.values else place)
        for word in (*_FIELD.findall(said), *_WORD.findall(said)):
            if word in value or f"{word}s" in value:
                return source.key_span((*path, word if word in value else f"{word}s"))
        return source.key_span(path) if path else (0, 1)
    return source.value_span(path)


def _value_at(document: Any, path: Path) -> Any:
    for part in path:
        document = document.get(part) if isinstance(document, dict) else document[part]  # which is a list
    return document


def caret(text: str, start: int, end: int) -> str:
    """A text with some of its characters pointed at."""
    return f"    {text}\n    {' ' * start}{'^' * max(1, end - start)}" if "\n" not in text else ""


def dotted(path: Path) -> str:
    """A place in words, entries of lists as people count."""
    return ".".join(str(part + 1 if isinstance(part, int) else part) for part in path)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())
