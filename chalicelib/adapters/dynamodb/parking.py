"""parking: what cannot be processed, set aside whole in ParkedTable."""

from ...model.errors import ItemTooLarge
from ...ports import Parked
from . import keys, wire
from .codec import decode, encode
from .size import item_size
from .table import Refused, Table
from .wire import Item

MOST_ITEM = 390 * 1024


class DynamoParking:
    """`ParkingLot` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def park(self, parked: Parked) -> None:
        """See `ParkingLot`. ItemTooLarge for what stays above 390 KB when compressed."""
        item = {
            **_key(parked.place, parked.id), keys.PARKED_AT: wire.number(parked.at),
            keys.BODY: wire.binary(encode({"id": parked.id, "reason": parked.reason, "body": parked.body})),
            keys.EXPIRES_AT: wire.number(keys.expiry(parked.at, keys.PARKED_DAYS)),
        }
        if (size := item_size(item)) > MOST_ITEM:
            raise ItemTooLarge(f"{parked.place}: {size} bytes, at most {MOST_ITEM} can be set aside")
        try:
            self._table.put(item, "parked", condition=f"attribute_not_exists(#{keys.PLACE})")
        except Refused:
            return  # it came again and lies there already, with the time it came first

    def parked(self, place: str, limit: int) -> list[Parked]:
        """See `ParkingLot`."""
        found = self._table.query(f"#{keys.PLACE} = :place", {":place": wire.text(place)}, "parked", index=keys.NEWEST_INDEX,
                                  newest_first=True, limit=limit)
        return [_parked(place, item) for item in found]

    def get(self, place: str, parked_id: str) -> Parked | None:
        """See `ParkingLot`."""
        item = self._table.get(_key(place, parked_id), "parked")
        return None if item is None else _parked(place, item)

    def remove(self, place: str, parked_id: str) -> None:
        """See `ParkingLot`."""
        self._table.delete(_key(place, parked_id), "parked")


def _key(place: str, parked_id: str) -> Item:
    return {keys.PLACE: wire.text(place), keys.ID: wire.text(keys.parked_key(parked_id))}


def _parked(place: str, item: Item) -> Parked:
    return Parked(place=place, at=wire.whole(item[keys.PARKED_AT]), **decode(item[keys.BODY]["B"]))
