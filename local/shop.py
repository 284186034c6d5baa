"""shop: one day of an invented bookshop: who comes, what they look at, put into the cart, buy or leave behind.

Everything follows from a seed and the day's first moment, so a day can be played again. Calls have the shape in which Segment's SDKs
post them; times are whole minutes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.model.instant import DAY, HOUR, MINUTE, format_instant, from_datetime, to_datetime

from .dice import Dice

LENGTH = 28 * HOUR  # a day, and the morning after for what waited through the night
Call = dict[str, Any]

_PEOPLE = {
    ("en", "Europe/London"): "Alice Ben Clara Daniel Emma Finn Grace Henry Isla Jack Kate Liam",
    ("en", "America/New_York"): "Mia Noah Olivia Paul Ruby",
    ("bg", "Europe/Sofia"): "Анна Борис Виолета Георги Деница Елена Калоян Мария Никола Петя Радост Стефан Теодора",
    ("ru", "Asia/Tbilisi"): "Алиса Вадим Дарья Егор Зоя Илья Ксения Лев Нина Олег",
}
_LATIN = str.maketrans({**dict(zip("абвгдезийклмнопрстуфхцыэ", "abvgdeziyklmnoprstufhcye", strict=True)),
                        "ж": "zh", "ч": "ch", "ш": "sh", "щ": "sht", "ъ": "a", "ь": "", "ю": "yu", "я": "ya"})
_BOOKS = [
    ("b-101", "The Lighthouse at Low Tide", 18.50), ("b-102", "A Short History of Bread", 24.00), ("b-103", "Winter in Plovdiv", 14.90),
    ("b-104", "The Cartographer's Daughter", 21.00), ("b-105", "Forty Ways to Fold a Map", 12.50), ("b-106", "Night Train to Varna", 16.00),
    ("b-107", "The Mathematics of Rain", 32.00), ("b-108", "Letters Never Posted", 11.90), ("b-109", "Salt, Stone, Olive", 27.50),
    ("b-110", "The Last Typesetter", 19.90), ("b-111", "Birds of the Black Sea", 35.00), ("b-112", "A Cup of Tea with Chekhov", 13.40),
]
# How a day goes, and how many of forty people have such a day.
_PLANS = (("leaves", 13), ("buys", 8), ("looks", 7), ("leaves without consent", 4), ("empties the cart", 3), ("leaves late", 3),
          ("leaves twice", 2))


@dataclass(frozen=True, slots=True)
class Person:
    """A customer of the shop."""

    user_id: str
    first_name: str
    locale: str
    timezone: str
    plan: str


@dataclass(slots=True)
class Day:
    """One day from `start` (ms), made of a seed."""

    start: int
    seed: int = 7
    _dice: Dice = field(init=False)
    _number: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._dice = Dice("shop", str(self.seed))

    def calls(self) -> list[Call]:
        """All calls of the day in the order of their times."""
        calls = [call for person in self._people() for call in self._visits(person)]
        return sorted(calls, key=lambda call: (call["timestamp"], call["messageId"]))

    def _people(self) -> list[Person]:
        plans = [plan for plan, number in _PLANS for _ in range(number)]
        plans = self._dice.some_of(plans, len(plans))
        names = [(name, locale, zone) for (locale, zone), listed in _PEOPLE.items() for name in listed.split()]
        return [Person(name.lower().translate(_LATIN), name, locale, zone, plan)
                for (name, locale, zone), plan in zip(names, plans, strict=True)]

    def _visits(self, person: Person) -> Iterator[Call]:
        match person.plan:
            case "looks":
                yield from self._visit(person, self._local(person, 9, 20), adds=0)
            case "buys":
                yield from self._visit(person, self._local(person, 9, 19), ends="buys")
            case "empties the cart":
                yield from self._visit(person, self._local(person, 9, 19), ends="empties")
            case "leaves late":
                yield from self._visit(person, self._local(person, 21, 22))
            case "leaves twice":
                morning = self._local(person, 9, 10)
                yield from self._visit(person, morning)
                yield from self._visit(person, morning + 7 * HOUR)
            case _:
                yield from self._visit(person, self._local(person, 9, 19))

    def _visit(self, person: Person, at: int, *, adds: int | None = None, ends: str = "leaves") -> Iterator[Call]:
        """One visit: anonymous at first, then signed in, then whatever the plan says."""
        anonymous = f"anon-{person.user_id}-{self._dice.whole(0, 9_999):04d}"
        books = self._dice.some_of(_BOOKS, self._dice.whole(2, 4))
        yield self._call(at, "page", anonymousId=anonymous, name="Home", properties={"path": "/"})
        for book in books:
            at += self._dice.whole(1, 3) * MINUTE
            yield self._track(at, "Product Viewed", {"anonymousId": anonymous}, _product(book))
        at += MINUTE
        both = {"anonymousId": anonymous, "userId": person.user_id}
        yield self._call(at, "identify", **both, traits=self._traits(person))
        taken = books[:self._dice.whole(1, len(books) - 1) if adds is None else adds]
        for book in taken:
            at += self._dice.whole(1, 3) * MINUTE
            yield self._track(at, "Product Added", both, {**_product(book), "quantity": self._dice.one_of((1, 1, 1, 2))})
        if ends == "empties":
            for book in taken:
                at += MINUTE
                yield self._track(at, "Product Removed", both, {**_product(book), "quantity": 2})
        elif ends == "buys":
            at += self._dice.whole(15, 40) * MINUTE
            yield self._track(at, "Checkout Started", both, {"products": [_product(book) for book in taken]})
            at += self._dice.whole(2, 6) * MINUTE
            yield self._track(at, "Order Completed", both, {
                "order_id": f"o-{person.user_id}", "currency": "EUR", "total": round(sum(price for _, _, price in taken), 2),
                "products": [{**_product(book), "quantity": 1} for book in taken]})

    def _traits(self, person: Person) -> dict[str, Any]:
        traits: dict[str, Any] = {"email": f"{person.user_id}@readers.example", "firstName": person.first_name,
                                  "timezone": person.timezone, "locale": person.locale}
        return traits if person.plan == "leaves without consent" else {**traits, "consents": {"email": ["offers"]}}

    def _local(self, person: Person, first_hour: int, last_hour: int) -> int:
        """A minute between two hours of the day where this person is, within the shop's day."""
        zone = ZoneInfo(person.timezone)
        midnight = to_datetime(self.start).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        moment = from_datetime(midnight) + self._dice.whole(first_hour * 60, last_hour * 60) * MINUTE
        return moment if moment >= self.start else moment + DAY

    def _track(self, at: int, event: str, who: dict[str, str], properties: dict[str, Any]) -> Call:
        return self._call(at, "track", event=event, **who, properties=properties)

    def _call(self, at: int, kind: str, **fields: Any) -> Call:
        self._number += 1
        return {"type": kind, "messageId": f"day-{self.seed}-{self._number:04d}", "timestamp": format_instant(at), **fields}


def _product(book: tuple[str, str, float]) -> dict[str, Any]:
    number, title, price = book
    return {"product_id": number, "name": title, "price": price, "currency": "EUR", "url": f"https://nutshell.example/books/{number}"}
