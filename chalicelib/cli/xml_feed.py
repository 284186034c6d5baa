"""xml_feed: the products of a Google Merchant feed in RSS 2.0 or Atom, one after the other, so that a feed may be larger than memory.

Names lose their prefix (`g:price` is `price`); of two of one name the prefixed one counts, then the first. A feed that declares a document
type or entities is refused: products need neither, and attacks do (XML 1.0, 4.1; "billion laughs").
"""

import xml.parsers.expat
from collections.abc import Iterator
from pathlib import Path

from .rows_file import Document, FileInvalid, Row, opened

_ITEMS = frozenset({"item", "entry"})
_MOST_TEXT = 5_000  # characters of one field; descriptions are longer, and not used
_MOST_FIELDS = 300
_CHUNK = 64 * 1024


def read_feed(path: Path) -> Iterator[Row]:
    """Every product. FileInvalid, with the line, where the file is no XML any more."""
    with opened(path) as (file, plain):
        feed = _Feed(path)
        while not feed.ended:
            feed.take(plain.read(_CHUNK))
            for number, document in feed.found:
                yield Row(number, document, "", file.tell())
            feed.found.clear()


class _Feed:
    """What a feed has told so far: products whose element has ended stand in `found`, with the line they begin in."""

    def __init__(self, path: Path) -> None:
        self.found: list[tuple[int, Document]] = []
        self.ended = False
        self._path = path
        self._open: list[str] = []  # elements inside the product, the product first
        self._line = 0
        self._fields: dict[str, tuple[bool, str]] = {}
        self._text: list[str] = []
        self._length = 0
        self._parser = xml.parsers.expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._take_text
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse

    def take(self, chunk: bytes) -> None:
        """Go on with so many bytes; none: that was all."""
        try:
            self._parser.Parse(chunk, not chunk)
        except xml.parsers.expat.ExpatError as error:
            raise FileInvalid(f"{self._path}:{error.lineno}: is not XML ({xml.parsers.expat.ErrorString(error.code)}) - export the feed "
                              "again, whole") from None
        self.ended = not chunk

    def _refuse(self, *_: object) -> None:
        raise FileInvalid(f"{self._path}:{self._parser.CurrentLineNumber}: declares a document type or entities - a feed of products has "
                          "none: take the declaration out")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        plain = name.rpartition(":")[2]
        if not self._open:
            if plain in _ITEMS:
                self._open, self._line, self._fields = [plain], self._parser.CurrentLineNumber, {}
            return
        self._open.append(name)
        if len(self._open) == 2:
            self._text, self._length = [], 0
            if plain == "link" and "href" in attributes and attributes.get("rel", "alternate") == "alternate":  # Atom's
                self._take_text(attributes["href"])

    def _take_text(self, text: str) -> None:
        if len(self._open) == 2 and self._length < _MOST_TEXT:  # what stands deeper is about shipping, taxes and the like
            self._text.append(text[:_MOST_TEXT])
            self._length += len(text)

    def _end(self, _: str) -> None:
        if not self._open:
            return
        name = self._open.pop()
        if not self._open:
            self.found.append((self._line, {field: text for field, (_, text) in self._fields.items()}))
        elif len(self._open) == 1:
            prefix, _, plain = name.rpartition(":")
            text = "".join(self._text).strip()
            known = self._fields.get(plain)
            if text and (len(self._fields) < _MOST_FIELDS if known is None else prefix and not known[0]):
                self._fields[plain] = (bool(prefix), text)
