"""day: the whole day: the customers the shop knows at dawn, what each of them does, and what the catalog says meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from chalicelib.model.instant import DAY, HOUR, MINUTE, format_instant, from_datetime, to_datetime

from ..dice import Dice
from .goods import Line, catalog
from .people import Person, people
from .visits import STEP, Call, Visits

LENGTH = 28 * HOUR  # a day, and the morning after for what waited through the night


@dataclass(slots=True)
class Day:
    """One day from `start` (ms), made of a seed."""

    start: int
    seed: int = 7
    _dice: Dice = field(init=False)

    def calls(self) -> list[Call]:
        """All calls of the day in the order of their times."""
        self._dice = Dice("shop", str(self.seed))
        visits = Visits(self.start, self.seed, self._dice)
        everybody = people(self._dice)
        known = [visits.call(self.start, "identify", "server", userId=person.user_id, traits=person.traits())
                 for person in everybody if not person.newcomer]
        calls = [*known, *(call for person in everybody for call in self._life(visits, person))]
        ends = format_instant(self.start + LENGTH)
        return sorted((call for call in calls if call["timestamp"] < ends), key=lambda call: (call["timestamp"], call["messageId"]))

    def catalog(self) -> list[Line]:
        """What the catalog says in the course of the day, in the order of its times."""
        return list(catalog(self.start))

    def lines(self) -> list[Line]:
        """Calls and lines of the catalog as an events file has them; of one moment the catalog speaks first."""
        return sorted([*self.catalog(), *self.calls()], key=lambda line: line["timestamp"])

    def _life(self, visits: Visits, person: Person) -> Iterator[Call]:
        match person.plan:
            case "looks":
                yield from visits.visit(person, self._local(person, 9, 20), adds=0)
            case "buys":
                yield from visits.visit(person, self._local(person, 9, 17), ends="buys")
            case "buys at the till":
                yield from visits.till(person, self._local(person, 10, 18))
            case "leaves, then buys at the till":
                morning = self._local(person, 9, 15)
                yield from visits.visit(person, morning)
                yield from visits.till(person, morning + HOUR)
            case "leaves the checkout":
                yield from visits.visit(person, self._local(person, 9, 19), ends="leaves the checkout")
            case "empties the cart":
                yield from visits.visit(person, self._local(person, 9, 19), ends="empties")
            case "leaves late":
                yield from visits.visit(person, self._local(person, 21, 22))
            case "leaves twice":
                morning = self._local(person, 9, 10)
                yield from visits.visit(person, morning)
                yield from visits.visit(person, morning + 7 * HOUR)
            case "asks to be told":
                yield from visits.asks(person, self._local(person, 8, 12))
            case "wishes":
                yield from visits.wishes(person, self._local(person, 8, 12))
            case "walks by":
                yield from visits.walk(person, self._local(person, 10, 21))
            case _:
                yield from visits.visit(person, self._local(person, 9, 19))

    def _local(self, person: Person, first_hour: int, last_hour: int) -> int:
        """A moment between two hours of the day where this person is, within the shop's day, on the ten minutes."""
        zone = ZoneInfo(person.timezone)
        midnight = to_datetime(self.start).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        moment = from_datetime(midnight) + self._dice.whole(first_hour * 60, last_hour * 60) * MINUTE
        moment -= moment % STEP
        earliest = self.start + HOUR + STEP  # whoever walks by looked into the app an hour before
        return moment if moment >= earliest else moment + DAY if moment + DAY < self.start + LENGTH - 3 * HOUR else earliest
