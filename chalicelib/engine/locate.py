"""locate: takes out of a call what tells where somebody is, before anything of it is kept.

Of a `Location Updated` nothing is kept but how it lies to the rings of live rules; of every event's `context.location` only the names of
places. What an app says of where it is: a position (`lat` and `lon`, or `latitude` and `longitude`, in degrees; `accuracy` in metres), in
the properties or in `context.location`; or only the store it is at (`store_id`, a list, or null for none); or only a coarse `cell`
(a geohash).
"""

import re
from dataclasses import dataclass
from typing import Any

from ..model.event import LOCATION_UPDATED
from ..model.geohash import position_of_cell
from ..model.place import USUAL_RADIUS, Position, position_from
from ..model.ring import Lies, Ring

MOST_NAMED = 20  # stores that one call may say somebody is at
_LONGEST_ID = 100
_NAMES = ("city", "region", "country")
_COORDINATE = re.compile(
    r"""(["'])(lat|lng|lon|long|latitude|longitude|altitude|coords|coordinates|geohash|cell)\1\s*:\s*"""
    r"""("[^"]*"|'[^']*'|[\[\]\s\d.,eE+-]*[\]\d]|[^,}\]]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Where:
    """What a call says of where somebody is: a position, or the stores it names, nothing else."""

    position: Position | None
    stores: tuple[str, ...] | None

    def named(self, ring: Ring) -> Lies:
        """How somebody lies to a ring who is at the stores named, and nowhere else."""
        return Lies([(id, ring.radius or int(USUAL_RADIUS)) for id in self.stores or ()], [])


def take_out(call: Any) -> tuple[Any, Where | None]:
    """The call without where anybody is, and what it said of that if it is there to say so (None: it is not, or says nothing usable)."""
    if not isinstance(call, dict):
        return call, None
    context, where = call.get("context"), None
    location = context.get("location") if isinstance(context, dict) else None
    if location is not None:
        call = {**call, "context": {**call["context"], "location": _names(location)}}
    if any(isinstance(call.get(name), str) and call[name].strip() == LOCATION_UPDATED for name in ("event", "name")):
        said = call.get("properties")
        where = _where(said if isinstance(said, dict) else {}, location if isinstance(location, dict) else {})
        call = {**call, "properties": {}}
    return call, where


def without_coordinates(text: str) -> str:
    """JSON, or what looks like it, of a call that is set aside: what coordinates are called in it is null."""
    return _COORDINATE.sub(r"\1\2\1: null", text)


def _names(location: Any) -> dict[str, str]:
    said = location if isinstance(location, dict) else {}
    return {name: said[name][:_LONGEST_ID] for name in _NAMES if isinstance(said.get(name), str)}


def _where(properties: dict[str, Any], location: dict[str, Any]) -> Where | None:
    for name in ("store_id", "storeId"):
        if name in properties:
            return Where(None, _ids(properties[name]))
    accuracy = {"accuracy": properties["accuracy"]} if "accuracy" in properties else {}
    position = position_from(properties) or position_from({**location, **accuracy}) or position_of_cell(properties.get("cell"))
    return None if position is None else Where(position, None)


def _ids(said: Any) -> tuple[str, ...]:
    listed = said if isinstance(said, list) else [said]
    texts = (str(entry).strip()[:_LONGEST_ID] for entry in listed[:MOST_NAMED]
             if isinstance(entry, (str, int)) and not isinstance(entry, bool))
    return tuple(dict.fromkeys(text for text in texts if text))
