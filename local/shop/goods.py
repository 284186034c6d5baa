"""goods: what the shop sells and where: its books and stores as lines of a catalog, and what happens to prices and stock in the day."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib.model.instant import HOUR, MINUTE, format_instant

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Book:
    """A book, at its price (EUR) of the morning."""

    id: str
    title: str
    author: str
    shelf: str
    price: float

    def properties(self, price: float | None = None) -> dict[str, Any]:
        """What events say of it."""
        return {"product_id": self.id, "name": self.title, "brand": self.author, "price": self.price if price is None else price,
                "currency": "EUR", "url": f"https://nutshell.example/books/{self.id}"}


BOOKS = [Book(f"b-{number}", *about) for number, about in enumerate((
    ("The Lighthouse at Low Tide", "Ivo Larkin", "novels", 18.50), ("A Short History of Bread", "Marta Quill", "kitchen", 24.00),
    ("Winter in Plovdiv", "Ana Petrova-Hale", "novels", 14.90), ("The Cartographer's Daughter", "Ivo Larkin", "novels", 21.00),
    ("Forty Ways to Fold a Map", "Tomas Reed", "children", 12.50), ("Night Train to Varna", "Ana Petrova-Hale", "crime", 16.00),
    ("The Mathematics of Rain", "Lena Osei", "science", 32.00), ("Letters Never Posted", "Marta Quill", "novels", 11.90),
    ("Salt, Stone, Olive", "Dario Venn", "kitchen", 27.50), ("The Last Typesetter", "Tomas Reed", "crime", 19.90),
    ("Birds of the Black Sea", "Lena Osei", "science", 35.00), ("A Cup of Tea with Chekhov", "Dario Venn", "essays", 13.40),
    ("The Beekeeper's Almanac", "Lena Osei", "science", 22.80), ("Paper Boats", "Ivo Larkin", "children", 9.90),
    ("The Harbour Below the Hill", "Ana Petrova-Hale", "novels", 17.20), ("Small Hours, Long Shadows", "Tomas Reed", "crime", 15.50),
    ("What the River Kept", "Marta Quill", "novels", 20.40), ("Seven Kinds of Silence", "Dario Venn", "essays", 18.00),
), 101)]
BY_ID = {book.id: book for book in BOOKS}
_WEEK = {day: ["09:00-20:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat")} | {"sun": ["10:00-18:00"]}
STORES = {
    "hazel-square": ("Nutshell Books, Hazel Square", 42.13500, 24.76200),
    "walnut-arcade": ("Nutshell Books, Walnut Arcade", 42.13860, 24.76750),
    "linden-passage": ("Nutshell Books, Linden Passage", 42.14150, 24.75980),
}
"""By id the name and the place. The quarter is invented, and so are its streets."""
ZONE = "Europe/Sofia"  # of the stores
SOLD_OUT = ("b-104", "b-111")  # in the morning
_SCARCE = {"b-109": 4, "b-113": 5}
_USUAL_STOCK = 40

# When (after the day's start), which book, and what of it changes. `b-107` falls late in the evening and is back before anybody is up;
# `b-105` falls by too little to be news; `b-104` and `b-111` come back in small numbers, and `b-111` is gone again within the half hour.
_NEWS: tuple[tuple[int, str, Line], ...] = (
    (6 * HOUR, "b-101", {"price": 14.80}), (6 * HOUR, "b-112", {"price": 9.90}), (6 * HOUR, "b-105", {"price": 12.00}),
    (7 * HOUR + 30 * MINUTE, "b-104", {"stock": 3, "stores": {"hazel-square": {"stock": 3}}}),
    (8 * HOUR + 30 * MINUTE, "b-104", {"stock": 1, "stores": {"hazel-square": {"stock": 1}}}),
    (9 * HOUR, "b-109", {"price": 21.90}), (9 * HOUR + 30 * MINUTE, "b-115", {"price": 13.50}),
    (11 * HOUR, "b-111", {"stock": 2, "stores": {"walnut-arcade": {"stock": 2}}}),
    (11 * HOUR + 30 * MINUTE, "b-111", {"stock": 0, "stores": {"walnut-arcade": {"stock": 0}}}),
    (12 * HOUR, "b-101", {"price": 13.90}), (15 * HOUR + 30 * MINUTE, "b-107", {"price": 22.00}),
    (23 * HOUR + 40 * MINUTE, "b-107", {"price": 32.00}), (27 * HOUR, "b-103", {"price": 11.90}),
)


def catalog(start: int) -> Iterator[Line]:
    """The catalog's lines of a day: everything at its first moment, then what changes."""
    for store_id, (name, lat, lon) in STORES.items():
        yield {"type": "store", "timestamp": format_instant(start), "storeId": store_id, "name": name, "lat": lat, "lon": lon,
               "timezone": ZONE, "hours": _WEEK, "country": "BG", "currency": "EUR", "city": "Plovdiv"}
    for book in BOOKS:
        stock = 0 if book.id in SOLD_OUT else _SCARCE.get(book.id, _USUAL_STOCK)
        yield {"type": "product", "timestamp": format_instant(start), "productId": book.id, "name": book.title, "brand": book.author,
               "category": book.shelf, "url": f"https://nutshell.example/books/{book.id}", "price": book.price, "currency": "EUR",
               "stock": stock, "stores": {store_id: {"stock": stock // 4} for store_id in STORES}}
    for after, book_id, change in _NEWS:
        told = {"currency": "EUR"} if "price" in change else {}
        yield {"type": "product", "timestamp": format_instant(start + after), "productId": book_id, **change, **told}


def price_at(book: Book, after: int) -> float:
    """What a book costs so long after the day's start, as far as the catalog has said by then."""
    said = (change["price"] for moment, book_id, change in reversed(_NEWS) if book_id == book.id and moment <= after and "price" in change)
    return next(said, book.price)
