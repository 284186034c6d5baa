"""told: what feeds say of a thing of the catalog, put together: of each field the latest word counts, in whatever order words arrive.

A word is a part of the thing with the moment it speaks of: what it does not name stays, what it gives as null is taken away, what is an
object is put together field by field (as RFC 7396 has it), a list is one value. So a price from one system and the stock of a store from
its till meet in one product, each with its own clock. Of two words of the same moment on one field the one that arrives later counts.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .canonical import plain_json
from .errors import EventRejected
from .instant import DAY

MOST_BYTES = 128 * 1024
REMOVALS_KEPT = 30 * DAY  # so much older than the newest word one that brings a field back may be and still be known for too old

Path = tuple[str, ...]
_BETWEEN = "\n"  # stands in no name


@dataclass(frozen=True, slots=True)
class Told:
    """What is known: the thing itself with `at` (milliseconds, of the latest word), and when each of its fields was last spoken of: at
    `usually`, but for those in `otherwise`, where also stands what was taken away."""

    thing: dict[str, Any]
    usually: int
    otherwise: dict[str, int] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return {"thing": self.thing, "usually": self.usually, "otherwise": self.otherwise}


def told_from(document: Mapping[str, Any]) -> Told:
    """What `Told.document` wrote."""
    return Told(document["thing"], document["usually"], document["otherwise"])


def hear(known: Told | None, word: Mapping[str, Any]) -> Told:
    """What is known after a word (its moment in `at`); equal to what was known before when the word says nothing new.

    EventRejected (`too_large`) when that would be more than 128 KB of JSON.
    """
    at: int = word["at"]
    values, times = _opened(known)
    for path, value in _leaves({name: said for name, said in word.items() if name != "at"}):
        if value is None:
            for inner in [inner for inner in values if inner[:len(path)] == path and times[inner] <= at]:
                del values[inner], times[inner]
            if path not in values:
                times[path] = max(at, times.get(path, at))
        elif all(times.get(path[:depth], at) <= at for depth in range(1, len(path) + 1)):
            values[path], times[path] = value, at
    after = _closed(values, times, max(at, known.thing["at"]) if known else at)
    size = len(plain_json(after.document()))
    if size > MOST_BYTES:
        raise EventRejected("too_large", f"it has {size} bytes with what is known already - at most {MOST_BYTES} can be kept")
    return after


def differs(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> bool:
    """Whether anything but the moment of the last word is another."""
    return before is None or {**before, "at": after["at"]} != after


def _opened(known: Told | None) -> tuple[dict[Path, Any], dict[Path, int]]:
    """The values of all fields, and the moments of the last words on them and on what was taken away."""
    if known is None:
        return {}, {}
    values = {path: value for path, value in _leaves(known.thing) if path != ("at",)}
    otherwise = {tuple(path.split(_BETWEEN)): at for path, at in known.otherwise.items()}
    return values, {**dict.fromkeys(values, known.usually), **otherwise}


def _closed(values: dict[Path, Any], times: dict[Path, int], at: int) -> Told:
    thing: dict[str, Any] = {}
    for path in sorted(values):
        place = thing
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = values[path]
    spoken = Counter(times[path] for path in values)
    usually = max(spoken, key=lambda moment: (spoken[moment], moment), default=at)
    otherwise = {_BETWEEN.join(path): moment for path, moment in sorted(times.items())
                 if (moment != usually if path in values else _is_needed(path, moment, times, at))}
    return Told({**thing, "at": at}, usually, otherwise)


def _is_needed(removed: Path, moment: int, times: dict[Path, int], at: int) -> bool:
    """Whether a removal must be remembered: a late word may still come, and it is not part of a later removal."""
    return moment > at - REMOVALS_KEPT and all(times.get(removed[:depth], 0) < moment for depth in range(1, len(removed)))


def _leaves(document: Mapping[str, Any], above: Path = ()) -> Iterator[tuple[Path, Any]]:
    for name, value in document.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*above, name))
        else:
            yield (*above, name), value
