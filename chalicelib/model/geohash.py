"""geohash: a coarse cell of the map as apps write it that do not want to tell where exactly somebody is.

Each letter cuts the map into 32 parts, in turn eight wide and four high or four wide and eight high; six letters are about 1.2 by 0.6 km
at the equator. Source: the public domain scheme of G. Niemeyer (2008), https://en.wikipedia.org/wiki/Geohash.
"""

from .place import Position, distance

LETTERS = "0123456789bcdefghjkmnpqrstuvwxyz"
FEWEST, MOST = 3, 12


def position_of_cell(cell: object) -> Position | None:
    """The middle of a cell, as inaccurate as the cell is large (metres from the middle to a corner). None when it is no cell."""
    text = cell.strip().lower() if isinstance(cell, str) else ""
    if not FEWEST <= len(text) <= MOST or any(letter not in LETTERS for letter in text):
        return None
    spans = [[-180.0, 180.0], [-90.0, 90.0]]
    bits = [LETTERS.index(letter) >> place & 1 for letter in text for place in (4, 3, 2, 1, 0)]
    for number, bit in enumerate(bits):
        span = spans[number % 2]
        span[1 - bit] = sum(span) / 2
    (west, east), (south, north) = spans
    lat, lon = (south + north) / 2, (west + east) / 2
    return Position(lat, lon, max(distance(lat, lon, south, west), distance(lat, lon, north, west)))
