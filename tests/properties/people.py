"""people: a plain model of who is who: one person after another, one event after another, nothing lost and nothing twice.

It knows no logs, no streams, no claims and no crashes; what Beckon ends up with must be what this says. Things are done in the order in
which they arrive, and that is what makes people one; what lies in a cart and what was said goes by when it happened.
"""

from collections import Counter
from dataclasses import dataclass, field

from chalicelib.model.identity import Identifier, customer_id

USERS = ("anna", "boris", "vera", "elena")
DEVICES = tuple(f"device-{number}" for number in range(8))
SHOWN = {"anna@example.com": "email", "home@example.com": "email", "+359888123456": "phone", "CARD1": "loyaltyCard"}
"""Addresses, numbers and cards that people show in the shop, each with its kind. Two of them may be a family's."""
TOPICS = ("offers", "news")
ALL = "*"
Word = tuple[int, str]  # when, `yes` or `no`


@dataclass(frozen=True, slots=True)
class Op:
    """What somebody does: `identify`, `put` (a `thing`), `order`, `view`, `no` and `yes` (to a topic, `thing`, or all), `alias` (user is
    also `other`) or `erase` (of whom `user`, `device` or `shown` leads to). `shown`: an address, number or card the shop itself has seen.
    """

    kind: str
    id: str
    device: str | None = None
    user: str | None = None
    other: str | None = None
    shown: str | None = None
    thing: str | None = None


@dataclass(slots=True)
class Person:
    """Somebody: in which record, whose it is, what happened (when, what), the last words by topic, and until when all is forgotten.

    `joined_erased`: a record that was erased before joined this one.
    """

    record: str
    user: str | None = None
    began: int | None = None
    happened: dict[str, tuple[int, Op]] = field(default_factory=dict)
    words: dict[str, Word] = field(default_factory=dict)
    erased: int | None = None
    joined_erased: bool = False

    def cart(self) -> dict[str, int]:
        """How many of what lie in the cart: put in since the last order."""
        things: Counter[str] = Counter()
        for _, op in sorted(self.happened.values(), key=lambda entry: entry[0]):
            if op.kind == "put" and op.thing:
                things[op.thing] += 1
            elif op.kind == "order":
                things.clear()
        return dict(things)

    def word(self, topic: str) -> Word | None:
        """The last word on a topic, be it one on all; of two at once the no."""
        said = [self.words[about] for about in (topic, ALL) if about in self.words]
        return max(said, key=_weight, default=None)


class People:
    """Everybody, by what leads to them."""

    def __init__(self) -> None:
        self.known: dict[str, Person] = {}

    def do(self, op: Op, at: int) -> None:
        """One thing after another, as it arrives; `at` is when it happened."""
        match op.kind:
            case "erase":
                self._erase(self.known.get(op.user or op.device or op.shown or ""), at)
            case "alias":
                self._alias(op, at)
            case "identify" if op.user:
                self._identify(op, at, op.user)
            case "identify":
                self._recognise(op, at, op.shown or "")
            case _:
                self._take(self._home(op.user or op.device or "", op.user), op, at)

    def _home(self, known_by: str, user: str | None) -> Person:
        kind = "user" if user else SHOWN.get(known_by, "anonymous")
        return self.known.setdefault(known_by, Person(customer_id(Identifier(kind, known_by)), user))

    def _identify(self, op: Op, at: int, user: str) -> None:
        """The user takes over what nobody owned; what was somebody else's only follows from now on."""
        parts = [part for part in (op.device, op.shown) if part]
        if user not in self.known:
            free = next((self.known[part] for part in parts if part in self.known and self.known[part].user is None), None)
            if free is not None:
                self.known[user], free.user = free, user
        self._gather(parts, self._home(user, user), op, at)

    def _recognise(self, op: Op, at: int, shown: str) -> None:
        """Whoever the address, number or card belongs to; else whoever nobody owns, of two the record of the smaller id."""
        parts = [part for part in (shown, op.device) if part]
        there = {id(person): person for part in parts if (person := self.known.get(part))}.values()
        free = [person for person in there if person.user is None]
        if shown not in self.known and free:
            self.known[shown] = min(free, key=lambda person: person.record)
        owner = self._home(shown, None)
        home = owner if owner.user else min([owner, *free], key=lambda person: person.record) if free else owner
        self._gather(parts, home, op, at)

    def _gather(self, parts: list[str], home: Person, op: Op, at: int) -> None:
        """What leads to nobody, or to a record that nobody owns, leads here with all there is; of others only what is still to come."""
        self._take(home, op, at)
        for part in parts:
            there = self.known.get(part)
            if there is not None and there is not home and there.user is None:
                self._join(there, home)
            self.known[part] = home

    def _alias(self, op: Op, at: int) -> None:
        """The shop says that two who are known are one."""
        assert op.user
        assert op.other
        home = self._home(op.user, op.user)
        other = self.known.setdefault(op.other, home)
        if other is not home:
            self._join(other, home, explicit=True)
            home.record = min(home.record, other.record)
        self._take(home, op, at)

    def _join(self, other: Person, home: Person, *, explicit: bool = False) -> None:
        """Where both have spoken of a topic the no wins, and takes on the moment of the yes."""
        if explicit or home.erased is None or (other.began or 0) > home.erased:
            home.happened = {**other.happened, **home.happened}
            home.began = min(filter(None, (home.began, other.began)), default=None)
            joined = {}
            for topic in {*home.words, *other.words}:
                said = [word for word in (home.word(topic), other.word(topic)) if word]
                joined[topic] = (max(at for at, _ in said), "no" if "no" in {word for _, word in said} else "yes")
            home.words = joined
        home.erased = max(filter(None, (home.erased, other.erased)), default=None)
        home.joined_erased |= other.erased is not None
        self.known = {known_by: home if person is other else person for known_by, person in self.known.items()}

    def _take(self, person: Person, op: Op, at: int) -> None:
        if op.id in person.happened or at <= (person.erased or 0):
            return
        person.began = min(filter(None, (person.began, at)))
        person.happened[op.id] = (at, op)
        if op.kind in ("yes", "no") and op.thing:
            person.words[op.thing] = max([(at, op.kind), *filter(None, [person.words.get(op.thing)])], key=_weight)

    def _erase(self, person: Person | None, at: int) -> None:
        if person is not None:
            person.began, person.happened, person.words, person.erased = None, {}, {}, at


def _weight(word: Word) -> tuple[int, bool]:
    at, said = word
    return at, said == "no"
