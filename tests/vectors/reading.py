"""reading: vector files and the few things they write in their own way: times of one day, long texts."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from chalicelib.model.instant import DAY, format_instant, parse_instant

HERE = Path(__file__).parent
DAY_OF_THE_STORY = "2026-03-02"
_CLOCK = re.compile(r"(?:\+(\d+)d )?(\d\d:\d\d(?::\d\d)?)")
_LETTERS = re.compile(r"«(\d+) letters»")
_LEVELS = re.compile(r"«(\d+) levels»")


def read(file: str) -> Any:
    """A vector file."""
    return json.loads((HERE / file).read_text("utf-8"))


def cases(file: str, part: str = "cases") -> Any:
    """The cases of a file, each a test of its own under its own name."""
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in read(file)[part]])


def moment(text: str) -> int:
    """`10:00` on the day of the story (UTC), `+1d 10:00` on the next, or any moment in full."""
    clock = _CLOCK.fullmatch(text)
    found = parse_instant(f"{DAY_OF_THE_STORY}T{clock[2]}Z" if clock else text)
    assert found is not None, f"{text!r} is no moment"
    return found + int(clock[1] or 0) * DAY if clock else found


def clock(at: int) -> str:
    """A moment as vectors write it: `10:00`, `+1d 10:00`, with seconds where there are some."""
    days, text = (at - moment("00:00")) // DAY, format_instant(at)[11:23]
    shown = text[:5] if text.endswith(":00.000") else text[:8] if text.endswith(".000") else text
    return f"+{days}d {shown}" if days else shown


def written_out(value: Any) -> Any:
    """`«300 letters»` becomes such a text, `«41 levels»` such a nest of objects, everywhere in a value."""
    if isinstance(value, dict):
        return {written_out(name): written_out(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [written_out(entry) for entry in value]
    if not isinstance(value, str):
        return value
    if levels := _LEVELS.fullmatch(value):
        nest: Any = "deep"
        for _ in range(int(levels[1])):
            nest = {"in": nest}
        return nest
    return _LETTERS.sub(lambda letters: "x" * int(letters[1]), value)
