"""value_mistakes: a value that its field does not take: what is wrong with it, and the value that was probably meant."""

import json
import re
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import takewhile
from typing import Any

from ..model.instant import format_duration
from ..model.meant import clock_meant, duration_meant
from ..model.money import COST_PATTERN, MONEY_PATTERN
from .written_schema import CLOCK_TIME, DURATION, Schema

_TYPES = {"string": "a text in quotes", "integer": "a whole number", "number": "a number", "boolean": "true or false",
          "array": "a list in [ ]", "object": "an object in { }"}
_RANGES = frozenset({"greater_than", "greater_than_equal", "less_than", "less_than_equal", "too_short", "too_long", "string_too_short",
                     "string_too_long"})
_AMOUNT = re.compile(r"[0-9]+(?:[.,][0-9]{1,2})?")
_CURRENCIES = (("€", "EUR"), ("euro", "EUR"), ("$", "USD"), ("£", "GBP"), ("лв", "BGN"), ("₸", "KZT"), ("₽", "RUB"))
_TRUTHS = dict.fromkeys(("1", "yes", "y", "true", "on"), "true") | dict.fromkeys(("0", "no", "n", "false", "off"), "false")


@dataclass(frozen=True, slots=True)
class Advice:
    """What is wrong, and what to do."""

    code: str
    problem: str
    mend: str


def advise(error: dict[str, Any], value: Any, schemas: list[Schema]) -> Advice:
    """What to say of a value, by pydantic's error and what the schema says of its place."""
    patterns = {schema.get("pattern") for schema in schemas}
    if DURATION in patterns and not _is_range(error):
        return _duration(value)
    if DURATION in patterns and isinstance(value, (int, float)):
        return _duration(value)
    if patterns & {MONEY_PATTERN, COST_PATTERN}:
        return _money(value)
    if CLOCK_TIME in patterns:
        return _clock_time(value)
    choices = [choice for schema in schemas for choice in schema.get("enum", [schema["const"]] if "const" in schema else [])]
    if choices and isinstance(value, str) and value not in choices:
        meant = sorted(get_close_matches(value.lower(), choices, 3), key=lambda choice: -_shared(choice, value.lower()))
        known = ", ".join(map(str, choices))
        return Advice("not-one-of", f'"{value}" is not known here', f'did you mean "{meant[0]}"? there are {known}' if meant
                      else f"there are {known}")
    if _is_range(error):
        return _out_of_range(error, value, DURATION in patterns)
    if error["type"].endswith(("_type", "_parsing", "_from_float")) or error["type"] in ("literal_error", "enum", "dataclass_exact_type"):
        return _wrong_type(value, schemas)
    if error["type"] == "string_pattern_mismatch":
        return _pattern(value, error["ctx"]["pattern"], schemas)
    message = str(error["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    for between in (" - ", "; ", ": "):
        problem, _, mend = message.partition(between)
        if mend:
            return Advice("bad-value", problem, mend)
    return Advice("bad-value", message, _for_example(schemas) or "write it so")


def _shared(one: str, other: str) -> int:
    """How many letters two words begin with together."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def example_of(schemas: list[Schema]) -> str:
    """What may be written at a place."""
    for schema in schemas:
        if schema.get("examples"):
            return json.dumps(schema["examples"][0], ensure_ascii=False)
    for schema in schemas:
        if schema.get("enum"):
            return json.dumps(schema["enum"][0])
    for schema in schemas:
        if isinstance(schema.get("default"), (int, float, str)) and schema["default"] != "":
            return json.dumps(schema["default"])
    kind = schemas[0].get("type") if schemas else None
    return {"object": "{ ... }", "array": "[ ... ]", "integer": "1", "number": "1", "boolean": "true"}.get(str(kind), '"..."')


def shown(value: Any) -> str:
    """A value as it is written, not at length."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _is_range(error: dict[str, Any]) -> bool:
    return error["type"] in _RANGES


def _duration(value: Any) -> Advice:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Advice("bad-duration", f"{value:g} is no duration without its unit",
                      f'write "{value:g}m" for minutes, "{value:g}h" for hours, "{value:g}d" for days')
    mend = 'write for example "90m", "24h" or "7d"'
    if isinstance(value, str):
        meant = duration_meant(value)
        if meant:
            mend = f'write "{format_duration(meant)}"'
        elif value.strip().isdecimal():
            mend = f'write "{value.strip()}m" for minutes, "{value.strip()}h" for hours, "{value.strip()}d" for days'
    return Advice("bad-duration", f"{shown(value)} is no duration", mend)


def _clock_time(value: Any) -> Advice:
    meant = clock_meant(value) if isinstance(value, str) else None
    mend = f'write "{meant}"' if meant else 'write for example "09:00" or "22:30"'
    return Advice("bad-time", f"{shown(value)} is no time of day", mend)


def _money(value: Any) -> Advice:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    written = value if isinstance(value, str) else f"{value:g}" if is_number else ""
    amount, letters = _AMOUNT.search(written), re.search(r"[A-Za-z]{3}", written)
    currency = next((code for sign, code in _CURRENCIES if sign in written.lower()), letters[0].upper() if letters else "EUR")
    mend = 'write for example "25 EUR"'
    if amount and float(amount[0].replace(",", ".")) > 0:
        mend = f'write "{amount[0].replace(",", ".")} {currency}", the amount and the three letters of its currency'
    return Advice("bad-money", f"{shown(value)} is no amount of money", mend)


def _wrong_type(value: Any, schemas: list[Schema]) -> Advice:
    types = [str(schema["type"]) for schema in schemas if "type" in schema] or ["object"]
    name = only_field(schemas)
    if types[0] == "object" and name and isinstance(value, str):
        return Advice("wrong-type", f"{shown(value)} stands where an object in {{ }} belongs", f'write {{"{name}": {shown(value)}}}')
    expected = " or ".join(dict.fromkeys(_TYPES.get(kind, kind) for kind in types))
    return Advice("wrong-type", f"{shown(value)} stands where {expected} belongs",
                  _as_type(value, types[0]) or f"write {example_of(schemas)}")


def _as_type(value: Any, kind: str) -> str | None:
    """The same value in the type that was wanted."""
    if kind == "array" and not isinstance(value, (list, type(None))):
        return f"write [{shown(value)}]"
    if kind == "boolean" and (said := str(value).lower()) in _TRUTHS:
        return f"write {_TRUTHS[said]}{', without quotes' if isinstance(value, str) else ''}"
    if kind in ("integer", "number") and isinstance(value, str) and (found := re.search(r"[0-9]+(?:\.[0-9]+)?", value)):
        return f"write {found[0].partition('.')[0] if kind == 'integer' else found[0]}, without quotes"
    if kind == "integer" and isinstance(value, float):
        return f"write {round(value)}"
    if kind == "string" and isinstance(value, (int, float)):
        return f'write "{json.dumps(value)}"'
    if kind == "string" and isinstance(value, list) and len(value) == 1:
        return f"write {shown(value[0])}"
    return "take it away" if value is None else None


def only_field(schemas: list[Schema]) -> str | None:
    """The one field that an object at a place must have; None when it must have more, or none."""
    needed = {name for schema in schemas for name in schema.get("required", ())}
    return next(iter(needed)) if len(needed) == 1 else None


def _out_of_range(error: dict[str, Any], value: Any, is_duration: bool) -> Advice:
    told = error["ctx"]
    name, bound = next((name, told[name]) for name in ("ge", "gt", "le", "lt", "min_length", "max_length") if name in told)
    low = name in ("ge", "gt", "min_length")
    limit = format_duration(bound) if is_duration else f"{bound:g}"
    most = {"ge": f"at least {limit}", "gt": f"more than {limit}", "le": f"at most {limit}", "lt": f"less than {limit}"}
    if name in most:
        word = ("too short" if low else "too long") if is_duration else "too small" if low else "too large"
        return Advice("out-of-range", f"{shown(value)} is {word}", f"write {most[name]}")
    unit = "letters" if isinstance(value, str) else "entries"
    if low and bound == 1:
        return Advice("out-of-range", "it is empty", "write something, or take it away")
    return Advice("out-of-range", f"{len(value)} {unit} are too {'few' if low else 'many'}",
                  f"write {'at least' if low else 'at most'} {limit}")


def _pattern(value: str, pattern: str, schemas: list[Schema]) -> Advice:
    plain = re.sub(r"[^a-z0-9_-]+", "-", value.lower()).strip("-_")
    for meant in (value.strip(), value.strip().lower(), value.strip().upper(), plain, value[:2].lower()):
        if re.search(pattern, meant):
            return Advice("bad-value", f"{shown(value)} has signs, or capitals, that cannot stand here", f'write "{meant}"')
    return Advice("bad-value", f"{shown(value)} does not have the form it must have", _for_example(schemas) or f"it must match {pattern}")


def _for_example(schemas: list[Schema]) -> str:
    is_known = any(schema.get("examples") or schema.get("default") not in (None, "") for schema in schemas)
    return f"write for example {example_of(schemas)}" if is_known else ""
