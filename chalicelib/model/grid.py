"""grid: cells of a quarter of a degree, by which stores are found without a look at all of them.

A store stands in every cell from which anybody could be in its fence or the margin around it, so a position needs its own cell only.
"""

from math import asin, cos, degrees, floor, radians, sin

from .place import EARTH

CELLS_A_DEGREE = 4
MOST_LATITUDE = 85.0
"""Beyond it no store stands: there a cell is too narrow."""

Cell = tuple[int, int]
"""Row and column: quarters of a degree north of the equator and east of Greenwich."""


def cell_of(lat: float, lon: float) -> Cell:
    """The cell a place lies in; 180 degrees east and west are one meridian."""
    return floor(lat * CELLS_A_DEGREE), floor(((lon + 180) % 360 - 180) * CELLS_A_DEGREE)


def cells_around(lat: float, lon: float, reach: float) -> list[Cell]:
    """The cells that places at most so many metres from here lie in (and a few more in the corners)."""
    tall = degrees(reach / EARTH) + 1e-6
    wide = degrees(asin(min(1.0, sin(reach / EARTH) / cos(radians(min(abs(lat), 89.0)))))) + 1e-6
    rows = range(floor((lat - tall) * CELLS_A_DEGREE), floor((lat + tall) * CELLS_A_DEGREE) + 1)
    columns = range(floor((lon - wide) * CELLS_A_DEGREE), floor((lon + wide) * CELLS_A_DEGREE) + 1)
    around = 360 * CELLS_A_DEGREE
    return sorted({(row, (column + around // 2) % around - around // 2) for row in rows for column in columns})
