"""places: something wrong with what a file says rather than with how it is written, told with the place where it says so."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..model.errors import RuleInvalid
from ..model.spot import Spot, spot_of
from .schema_mistakes import caret, dotted
from .source import Path as Place
from .source import Source, read_source

_source = lru_cache(maxsize=8)(read_source)


def problem_in(file: Path, place: Place, code: str, problem: str, mend: str, *, characters: tuple[int, int] | None = None) -> RuleInvalid:
    """A problem at the value of a field, or at what is around it when it is not written out; `characters` are some of a text's own."""
    text = text_of(file) or ""
    source: Source = _source(text)
    is_written = place in source.values
    shown = ""
    if characters is None or not is_written:
        span = source.value_span(place) if is_written else source.key_span(_written_part(source, place))
        if not _is_scalar(source, place):
            span = source.key_span(_written_part(source, place)) if _written_part(source, place) else (span[0], span[0] + 1)
    else:
        span = source.within(place, *characters)
        shown = caret(_value(source, place), *characters)
    at = spot_of(str(file), text, *span)
    return RuleInvalid(str(at), f"{dotted(place)}: {problem}" if place else problem, mend, code=code, at=at, shown=shown)


def problem_of(file: Path, code: str, problem: str, mend: str, line: int = 1, column: int = 1) -> RuleInvalid:
    """A problem of a file that is no JSON, or that is not there."""
    at = Spot(str(file), line, column, line, column)
    return RuleInvalid(str(at), problem, mend, code=code, at=at)


def text_of(file: Path) -> str | None:
    """What stands in a file; None when there is none."""
    return file.read_text("utf-8-sig") if file.is_file() else None


def name_one_of(name: str, known: Iterable[str]) -> str:
    """To name something that is there instead: what the name looks like, else all there is."""
    names = sorted(known)
    alike = get_close_matches(name, names, 1)
    return f"; did you mean {alike[0]!r}?" if alike else f" or name one of {', '.join(names[:20]) or 'none'}"


def _written_part(source: Source, place: Place) -> Place:
    while place not in source.values:
        place = place[:-1]
    return place


def _is_scalar(source: Source, place: Place) -> bool:
    return not isinstance(_value(source, _written_part(source, place)), (dict, list))


def _value(source: Source, place: Place) -> Any:
    value = source.value
    for part in place:
        value = value[part]
    return value
