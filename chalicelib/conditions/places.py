"""places: functions about the stores near the customer.

    contains(stores_within('500m'), 'sofia-1')                 whether they are that near to a store
    stores_within('2km')[0]                                    the nearest

Nobody keeps where anybody is: of a position Beckon remembers which stores it was near, for the distances that rules ask, and only for an
hour and of whoever agreed to be located.
"""

import re
from collections.abc import Iterator
from typing import Any

from jmespath.functions import signature

from ..model.place import LEAST_RADIUS, MOST_RADIUS
from .arguments import calls_in
from .known import Knowing, NotKnown

RADIUS_MEND = "write a distance from '100m' to '10km' as it is"
_DISTANCE = re.compile(r"([1-9]\d{0,4})(m|km)")
_BY_PLACE = {"stores_within": 0, "stock_within": 1}  # where the distance stands
ABOUT_PLACES = tuple(_BY_PLACE)


class Places(Knowing):
    """By the last position, if it is not older than an hour and the customer agreed to be located; else it is not known."""

    @signature({"types": ["string"]})
    def _func_stores_within(self, distance: str) -> list[str]:
        """The ids of the stores within a distance ('500m', '2km') of the customer, the nearest first, up to 20."""
        radius = radius_of(distance)
        if radius is None:
            raise ValueError(f"stores_within() takes a distance - {RADIUS_MEND}")
        return list(self.stores("stores_within", radius))

    def stores(self, function: str, radius: int) -> list[str]:
        """The stores within so many metres. NotKnown: nobody knows where the customer is."""
        try:
            return self.ask(function).stores_within(radius)
        except KeyError:
            raise NotKnown(f"{function}() asks where the customer is, and that is not known") from None


def radius_of(distance: str) -> int | None:
    """Metres of `500m` or `2km`; None when it is no distance that can be asked."""
    written = _DISTANCE.fullmatch(distance)
    metres = int(written[1]) * (1_000 if written[2] == "km" else 1) if written else 0
    return metres if LEAST_RADIUS <= metres <= MOST_RADIUS else None


def radii(parsed: dict[str, Any]) -> Iterator[int]:
    """The distances an expression asks, in metres. ValueError when one is not written as it is."""
    for call in calls_in(parsed, *_BY_PLACE):
        texts = call.texts(_BY_PLACE[call.name])
        radius = radius_of(texts[0]) if texts else None
        if radius is None:
            raise ValueError(f"{call.name}() takes a distance - {RADIUS_MEND}")
        yield radius
