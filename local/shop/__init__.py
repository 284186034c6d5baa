"""shop: one day of an invented bookshop with a few hundred customers, on its site, in its app and in three shops of one quarter of a town.

Everything follows from a seed and the day's first moment, so a day can be played again. Calls have the shape in which Segment's SDKs post
them, lines of the catalog the shape in which an events file holds them; times are whole ten minutes. Nobody and nothing in it is real.
"""

from .day import LENGTH, Call, Day

__all__ = ["LENGTH", "Call", "Day"]
