"""argument mistakes: arguments that must be written as they are and are not, mended with the writer's own words."""

import re
from typing import Any

from ..model.instant import format_duration, parse_duration
from ..model.meant import clock_meant, distance_meant, duration_meant
from .places import RADIUS_MEND, radius_of
from .refusal import Mistake

Node = dict[str, Any]
_TAKEN = {
    "happened": ("name", "window", "field", "any"), "total": ("name", "field", "window", "field", "any"), "last_time": ("name",),
    "in_audience": ("name",), "time_between": ("clock", "clock"), "stores_within": ("distance",), "stock_within": ("any", "distance"),
}
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def find_argument_mistake(call: Node, text: str) -> Mistake | None:
    """The first of a call's arguments that is no text, or no such text as it must be; `text` is the whole condition's."""
    arguments = list(zip(call["children"], _TAKEN.get(call["value"], ()), strict=False))
    if any(_is_name(argument, kind) for argument, kind in arguments):
        argument = next(argument for argument, kind in arguments if _is_name(argument, kind))
        return Mistake("condition-past", f"{text[argument['start']:argument['end']]} names a field, and {call['value']}() takes texts in "
                       "single quotes", f"write {written_as(call['value'], call, text)}", argument["start"], argument["end"])
    for argument, kind in arguments:
        wrong = _wrong_text(argument["value"], kind) if argument["type"] == "literal" and isinstance(argument["value"], str) else None
        if wrong is not None:
            problem, meant = wrong
            if kind == "clock" and meant == "00:00" and any(other["value"] == meant for other, _ in arguments if other is not argument):
                meant = "23:59"  # from midnight to midnight it would never be
            mend = f"write {_quoted(meant)}" if meant else RADIUS_MEND if kind == "distance" else f"write for example {_EXAMPLES[kind]}"
            return Mistake("condition-past", problem, mend, argument["start"], argument["end"])
    return None


def written_as(name: str, call: Node, text: str) -> str:
    """A call as that of a function that takes its arguments as they are."""
    arguments = zip(call["children"], _TAKEN[name], strict=False)
    return f"{name}({', '.join(_in_quotes(argument, kind, text) for argument, kind in arguments)})"


_EXAMPLES = {"window": "'90m', '24h' or '7d'", "clock": "'09:00' or '22:30'"}


def _is_name(argument: Node, kind: str) -> bool:
    """Whether it is the name of a field: what is in double quotes, or in none, is one in this language."""
    is_path = argument["type"] == "subexpression" and all(child["type"] == "field" for child in argument["children"])
    return (kind != "any" and argument["type"] == "field") or (kind == "field" and is_path)


def _in_quotes(argument: Node, kind: str, text: str) -> str:
    """An argument as it is to be written."""
    written = text[argument["start"]:argument["end"]]
    if argument["type"] == "field" and (kind != "any" or written.startswith('"')):
        value = argument["value"]
    elif _is_name(argument, kind):
        value = written
    elif argument["type"] == "literal" and isinstance(argument["value"], str):
        value = argument["value"]
    else:
        return written
    wrong = _wrong_text(value, kind)
    return _quoted(wrong[1] if wrong and wrong[1] else value)


def _wrong_text(value: str, kind: str) -> tuple[str, str | None] | None:
    """What is wrong with a text of a kind, and what is probably meant."""
    if kind == "window":
        try:
            parse_duration(value)
        except ValueError:
            meant = duration_meant(value)
            return f"{value!r} is no duration", format_duration(meant) if meant else None
    if kind == "clock" and not _CLOCK.fullmatch(value):
        return f"{value!r} is no time of day", clock_meant(value)
    if kind == "distance" and radius_of(value) is None:
        return f"{value!r} is no distance that can be asked", distance_meant(value)
    return None


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'" if "'" in value else f"'{value}'"
