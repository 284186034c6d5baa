"""compass: places as vectors write them: so many metres north of another."""

from math import asin, atan2, cos, degrees, radians, sin

from chalicelib.model.place import EARTH, Point

BEARINGS = {"north": 0, "east": 90, "south": 180, "west": 270}


def beside(middle: Point, metres: float, bearing: float) -> Point:
    """The place so many metres from another, along the great circle."""
    lat, far, way = radians(middle[0]), metres / EARTH, radians(bearing)
    other = asin(sin(lat) * cos(far) + cos(lat) * sin(far) * cos(way))
    east = atan2(sin(way) * sin(far) * cos(lat), cos(far) - sin(lat) * sin(other))
    return degrees(other), (middle[1] + degrees(east) + 180) % 360 - 180
