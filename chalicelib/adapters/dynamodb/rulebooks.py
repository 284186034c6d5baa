"""rulebooks: what was published, in RulebooksTable.

One partition lists the publications by number. The highest number is in force: whoever creates the next one puts a rulebook into force and
leaves the history behind, in one conditional put. A rulebook's content is there before, in pieces under its own name; pieces of a content
that never came into force are in nobody's way.
"""

from ...model.errors import ConcurrentUpdate
from ...model.publication import Publication, publication_from
from . import keys, wire
from .codec import decode, encode, press, unpack
from .table import Refused, Table
from .wire import Item

PIECE = 350_000  # bytes before they are compressed: an item may have 400 KB, and what cannot be compressed fits too
_OF_PUBLICATIONS = f"#{keys.PLACE} = :place"


class DynamoRulebooks:
    """`Rulebooks` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def latest(self) -> Publication | None:
        """See `Rulebooks`."""
        return next(iter(self.history(None, 1)), None)

    def get(self, number: int) -> Publication | None:
        """See `Rulebooks`."""
        item = self._table.get(_place(number), "rulebook")
        return None if item is None else _publication(item)

    def history(self, before: int | None, limit: int) -> list[Publication]:
        """See `Rulebooks`."""
        condition, values = _OF_PUBLICATIONS, {":place": wire.text(keys.PUBLICATIONS)}
        if before is not None:
            condition, values = f"{condition} AND #{keys.ID} < :before", {**values, ":before": wire.text(keys.publication_key(before))}
        return [_publication(item) for item in self._table.query(condition, values, "rulebook", newest_first=True, limit=limit)]

    def add(self, publication: Publication) -> None:
        """See `Rulebooks`. When an answer was lost on the way, the second try finds its own publication there and is content."""
        item = {**_place(publication.number), keys.BODY: wire.binary(encode(publication.document()))}
        try:
            self._table.put(item, "publish", condition=f"attribute_not_exists(#{keys.PLACE})", see=True)
        except Refused as refused:
            if _publication(refused.item) != publication:
                raise ConcurrentUpdate(f"the rulebook {publication.number} is published already") from None

    def keep(self, bundle: str, part: str, content: bytes) -> None:
        """See `Rulebooks`. The first piece comes last: with it the part is whole."""
        pieces = [content[start:start + PIECE] for start in range(0, len(content), PIECE)] or [b""]
        for number in reversed(range(len(pieces))):
            self._table.put({keys.PLACE: wire.text(keys.bundle_place(bundle)), keys.ID: wire.text(keys.piece_key(part, number)),
                             keys.BODY: wire.binary(press(pieces[number])), keys.PIECES: wire.number(len(pieces))}, "publish")

    def content(self, bundle: str, part: str) -> bytes | None:
        """See `Rulebooks`."""
        values = {":place": wire.text(keys.bundle_place(bundle)), ":part": wire.text(keys.part_prefix(part))}
        items = list(self._table.query(f"#{keys.PLACE} = :place AND begins_with(#{keys.ID}, :part)", values, "rulebook"))
        if not items or items[0][keys.ID]["S"] != keys.piece_key(part, 0) or len(items) < wire.whole(items[0][keys.PIECES]):
            return None
        return b"".join(unpack(item[keys.BODY]["B"]) for item in items[:wire.whole(items[0][keys.PIECES])])


def _place(number: int) -> Item:
    return {keys.PLACE: wire.text(keys.PUBLICATIONS), keys.ID: wire.text(keys.publication_key(number))}


def _publication(item: Item) -> Publication:
    return publication_from(decode(item[keys.BODY]["B"]))
