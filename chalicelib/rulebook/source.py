"""source: a JSON text read so that the place of every key and value is known. It is read so only when something is to be said about it.

`json` is much faster and reads what is loaded; this reader accepts the same texts but for keys that stand twice, and says of others what
their writer did (json_mistakes.py).
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from . import json_mistakes as mistakes
from .json_signs import JsonMistake

Path = tuple[str | int, ...]
Span = tuple[int, int]
"""From which character of the text to which (exclusive)."""

MOST_DEPTH = 100
_SPACE = re.compile(r"[ \t\r\n]*")
_IN_TEXT = re.compile(r'(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![^\s,:;=}\]\[{\"/#])")
_WORDS = {"true": True, "false": False, "null": None}
_WORD = re.compile(r"(?:true|false|null)(?!\w)")
_ESCAPED = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Source:
    """A text, what it says, and where it says it."""

    text: str
    value: Any
    values: dict[Path, Span]
    keys: dict[Path, Span]

    def value_span(self, path: Path) -> Span:
        """Where a value stands, or what is around it when there is none."""
        while path not in self.values:
            path = path[:-1]
        return self.values[path]

    def key_span(self, path: Path) -> Span:
        """Where the name of a value stands; of what has no name, the value."""
        return self.keys.get(path) or self.value_span(path)

    def within(self, path: Path, start: int, end: int) -> Span:
        """Where characters of a text that is a value stand: as they are written, escapes and all."""
        first, last = self.value_span(path)
        places = [first + 1 + match.start() for match in _ESCAPED.finditer(self.text[first + 1:last - 1])]
        places.append(last - 1)
        return places[min(start, len(places) - 1)], places[min(end, len(places) - 1)]


def read_source(text: str) -> Source:
    """The text with its places. JsonMistake says what is wrong with it."""
    reader = _Reader(text)
    value = reader.whole()
    return Source(text, value, reader.values, reader.keys)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.values: dict[Path, Span] = {}
        self.keys: dict[Path, Span] = {}
        self.opened: list[int] = []
        self.unclosed: tuple[int, int] | None = None  # what a name that stands too far left seems to lie in, and what is before it

    def whole(self) -> Any:
        self._space()
        if self.at == len(self.text):
            raise mistakes.empty()
        value = self._value(())
        end = self.at
        self._space()
        if self.at < len(self.text):
            raise mistakes.after_the_end(self.text, end, self.at)
        return value

    def _value(self, path: Path) -> Any:
        start, text = self.at, self.text
        first = text[start:start + 1]
        if first == '"':
            value: Any = self._text()
        elif first == "{":
            value = self._object(path)
        elif first == "[":
            value = self._list(path)
        elif match := _NUMBER.match(text, start):
            self.at = match.end()
            value = json.loads(match[0])
        elif match := _WORD.match(text, start):
            self.at = match.end()
            value = _WORDS[match[0]]
        else:
            raise self._unclosed() if not first else mistakes.no_value(text, start)
        self.values[path] = (start, self.at)
        return value

    def _object(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self._open()
        while self._next_char("}", first=not found):
            if self.text[self.at] != '"':
                raise mistakes.no_name(self.text, self.at)
            start, before = self.at, self._end_of_last()
            if self.unclosed is None and len(self.opened) > 1 and mistakes.stands_left_of(self.text, start, self.opened[-1]):
                self.unclosed = (self.opened[-1], before)
            name = self._text()
            place = (*path, name)
            if name in found:
                raise mistakes.twice(self.text, start, self.at, name, self.keys[place][0])
            self.keys[place] = (start, self.at)
            self._space()
            if self.text[self.at:self.at + 1] != ":":
                raise self._unclosed() if self.at == len(self.text) else mistakes.no_colon(self.text, self.at, start)
            self.at += 1
            self._space()
            found[name] = self._value(place)
            self._after_value("}")
        return found

    def _list(self, path: Path) -> list[Any]:
        found: list[Any] = []
        self._open()
        while self._next_char("]", first=not found):
            found.append(self._value((*path, len(found))))
            self._after_value("]")
        return found

    def _open(self) -> None:
        self.opened.append(self.at)
        if len(self.opened) > MOST_DEPTH:
            raise mistakes.too_deep(self.at, MOST_DEPTH)
        self.at += 1

    def _next_char(self, closing: str, *, first: bool) -> bool:
        """Whether another entry follows; else what closes is passed over."""
        self._space()
        char = self.text[self.at:self.at + 1]
        if not char:
            raise self._unclosed()
        if char == closing:
            if not first and self.text[self._end_of_last()] == ",":
                raise mistakes.extra_comma(self._end_of_last(), closing)
            self.opened.pop()
            self.at += 1
            return False
        return True

    def _after_value(self, closing: str) -> None:
        """A comma, which is passed over, or what closes."""
        end = self.at
        self._space()
        char = self.text[self.at:self.at + 1]
        if char == ",":
            self.at += 1
        elif not char:
            raise self._unclosed()
        elif char != closing:
            raise mistakes.no_comma(self.text, end, self.at, self.opened[-1])

    def _text(self) -> str:
        start = self.at
        match = _IN_TEXT.match(self.text, start + 1)
        assert match is not None
        self.at = match.end()
        if self.text[self.at:self.at + 1] != '"':
            raise mistakes.broken_text(self.text, start, self.at)
        self.at += 1
        return str(json.loads(self.text[start:self.at]))

    def _unclosed(self) -> JsonMistake:
        """The text is over too early."""
        opened, before = self.unclosed or (self.opened[-1] if self.opened else 0, None)
        return mistakes.not_closed(self.text, opened, before)

    def _end_of_last(self) -> int:
        """The last character that is no space before this one."""
        place = self.at - 1
        while place > 0 and self.text[place] in " \t\r\n":
            place -= 1
        return place

    def _space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        assert match is not None
        self.at = match.end()
