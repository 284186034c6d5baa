"""place: where somebody is, how far that is from somewhere else, and the fence around a store: a circle or a polygon.

Degrees, metres, the great circle on a sphere. Edges belong to the fence; what computing itself errs by (a tenth of a millimetre) is no
difference. The sides of a polygon are straight lines of latitude and longitude, as on the map they were drawn on.
"""

from dataclasses import dataclass
from math import asin, cos, hypot, inf, isfinite, pi, radians, sin, sqrt
from typing import Any

from .errors import RuleInvalid

EARTH = 6_371_008.8
"""The mean radius of the earth."""
EDGE = 0.000_1
USUAL_RADIUS, LEAST_RADIUS, MOST_RADIUS = 150.0, 100.0, 10_000.0
EXIT_MARGIN = 50.0
"""Who is inside leaves only beyond the fence by more than this."""
MOST_REACH = 100_000.0  # of a polygon, from its middle
MOST_CORNERS = 500
_MOST_LATITUDE = 85.0  # of a polygon: nearer to a pole its straight sides are none

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a device says it is, give or take `accuracy` metres; None when it does not say how sure it is."""

    lat: float
    lon: float
    accuracy: float | None = None

    def sure_of(self, size: float) -> bool:
        """Whether it can tell in from out of a fence of this size: it must be more accurate than that."""
        return self.accuracy is None or self.accuracy < size


def position_from(properties: dict[str, Any]) -> Position | None:
    """The position these properties give, or None when there is none, or none on earth. Devices write an accuracy below 0 for "invalid"."""
    lat = _number(properties, "lat", "latitude")
    lon = _number(properties, "lon", "lng", "longitude")
    accuracy = properties.get("accuracy")
    sure = _number(properties, "accuracy")
    if lat is None or lon is None or not on_earth(lat, lon) or (accuracy is not None and (sure is None or sure < 0)):
        return None
    return Position(lat, lon, sure)


def on_earth(lat: float, lon: float) -> bool:
    """Whether there is such a place; 180 degrees west is 180 degrees east."""
    return -90 <= lat <= 90 and -180 <= lon <= 180


def distance(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Metres along the great circle."""
    north, east = sin(radians(other_lat - lat) / 2), sin(radians(other_lon - lon) / 2)
    return 2 * EARTH * asin(min(1.0, sqrt(north * north + cos(radians(lat)) * cos(radians(other_lat)) * east * east)))


@dataclass(frozen=True, slots=True)
class Fence:
    """A circle around a middle, or a polygon of at least three corners, closed by itself."""

    id: str
    middle: Point
    radius: float = USUAL_RADIUS
    corners: tuple[Point, ...] = ()

    def within(self, lat: float, lon: float, margin: float = 0.0) -> bool:
        """Whether a place lies in the fence, or beyond it by at most the margin."""
        if self.corners:
            return polygon_within(self.corners, lat, lon, margin)
        return distance(lat, lon, *self.middle) <= self.radius + margin + EDGE


def circle(id: str, lat: float, lon: float, radius: float = USUAL_RADIUS) -> Fence:
    """The circle around a store."""
    _check_id(id)
    if not on_earth(lat, lon):
        raise RuleInvalid(id, f"{lat}, {lon} is nowhere on earth", "write latitude -90 to 90 and longitude -180 to 180")
    if not LEAST_RADIUS <= radius <= MOST_RADIUS:
        raise RuleInvalid(id, f"a radius of {radius:g} m", f"write {LEAST_RADIUS:g} to {MOST_RADIUS:g} m")
    return Fence(id, (float(lat), float(lon)), float(radius))


def polygon(id: str, corners: list[Point]) -> Fence:
    """The polygon of these corners. Its radius is that of the circle of the same area."""
    _check_id(id)
    if not 3 <= len(corners) <= MOST_CORNERS:
        raise RuleInvalid(id, f"a polygon of {len(corners)} corners", f"write 3 to {MOST_CORNERS}")
    for lat, lon in corners:
        if not on_earth(lat, lon) or abs(lat) > _MOST_LATITUDE:
            raise RuleInvalid(id, f"a corner at {lat}, {lon}", "write latitude -85 to 85 and longitude -180 to 180")
    first_lon = corners[0][1]
    easts = [eastward(first_lon, lon) for _, lon in corners]
    lats = [lat for lat, _ in corners]
    middle = ((min(lats) + max(lats)) / 2, eastward(0.0, first_lon + (min(easts) + max(easts)) / 2))
    if max(easts) - min(easts) >= 180 or reach_of(middle, corners) > MOST_REACH:
        raise RuleInvalid(id, "a polygon too large for a store", f"keep it within {MOST_REACH / 1_000:g} km of its middle")
    plane = flat(*corners[0], corners)
    area = abs(sum(x * v - u * y for (x, y), (u, v) in zip(plane, plane[1:] + plane[:1], strict=True))) / 2
    if area < 1:
        raise RuleInvalid(id, "a polygon without an area", "write its corners in the order of a walk around it")
    return Fence(id, middle, sqrt(area / pi), tuple((float(lat), float(lon)) for lat, lon in corners))


def reach_of(middle: Point, corners: list[Point] | tuple[Point, ...]) -> float:
    """Metres from a middle beyond which no part of the polygon lies, measured where meridians are farthest apart."""
    widest = max(cos(radians(lat)) for lat in [*(lat for lat, _ in corners), middle[0]])
    if min(lat for lat, _ in corners) <= 0 <= max(lat for lat, _ in corners):
        widest = 1.0
    north = max(abs(lat - middle[0]) for lat, _ in corners)
    east = max(abs(eastward(middle[1], lon)) for _, lon in corners)
    return EARTH * hypot(radians(north), radians(east) * widest) * 1.000_1 + EDGE


def eastward(lon: float, other_lon: float) -> float:
    """Degrees from one meridian east to another, -180 to 180, by the shorter way."""
    return (other_lon - lon + 180) % 360 - 180


def flat(lat: float, lon: float, corners: tuple[Point, ...] | list[Point]) -> list[Point]:
    """The corners in metres east and north of a place, on the plane that touches the earth there; the polygon stays in one piece."""
    first = corners[0][1]
    start, stretch = eastward(lon, first), cos(radians(lat)) * EARTH
    return [(radians(start + eastward(first, its_lon)) * stretch, radians(its_lat - lat) * EARTH) for its_lat, its_lon in corners]


def polygon_within(corners: tuple[Point, ...], lat: float, lon: float, margin: float) -> bool:
    """Whether a place lies in a polygon (a ray from it crosses its sides an odd number of times) or at most the margin from a side."""
    plane = flat(lat, lon, corners)
    inside, nearest = False, inf
    x, y = plane[-1]
    for u, v in plane:
        if (y > 0) != (v > 0) and x - y * (u - x) / (v - y) > 0:
            inside = not inside
        length = (u - x) ** 2 + (v - y) ** 2
        along = min(1.0, max(0.0, -(x * (u - x) + y * (v - y)) / length)) if length else 0.0
        nearest = min(nearest, hypot(x + along * (u - x), y + along * (v - y)))
        x, y = u, v
    return inside or nearest <= margin + EDGE


def _check_id(id: str) -> None:
    if not 1 <= len(id) <= 256 or not id.isprintable():
        raise RuleInvalid("a fence", f"the id {id[:40]!r}", "write 1 to 256 letters")


def _number(properties: dict[str, Any], *names: str) -> float | None:
    for name in names:
        value = properties.get(name)
        if isinstance(value, str):
            try:
                value = float(value.strip()[:30])
            except ValueError:
                continue
        if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 10**9 and isfinite(value):
            return float(value)
    return None
