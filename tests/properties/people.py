"""people: a plain model of who is who: one person after another, one event after another, nothing lost and nothing twice.

It knows no logs, no streams, no claims and no crashes; what Beckon ends up with must be what this says.
"""

from dataclasses import dataclass, field

USERS = ("anna", "boris", "vera", "elena")
DEVICES = tuple(f"device-{number}" for number in range(8))


@dataclass(frozen=True, slots=True)
class Op:
    """What somebody does: `identify`, `put`, `order`, `no`, `yes`, `alias` (user is also `other`) or `erase` (of `user` or `device`)."""

    kind: str
    id: str
    device: str | None = None
    user: str | None = None
    other: str | None = None


@dataclass(slots=True)
class Person:
    """Somebody: whose it is, what happened (when, what), the last word on e-mail, and until when all is forgotten."""

    user: str | None = None
    began: int | None = None
    happened: list[tuple[int, Op]] = field(default_factory=list)
    word: str | None = None
    erased: int | None = None

    def cart(self) -> list[str]:
        """What lies in the cart: put in since the last order."""
        lines: list[str] = []
        for _, op in sorted(self.happened, key=lambda entry: entry[0]):
            lines = [*lines, op.id] if op.kind == "put" else [] if op.kind == "order" else lines
        return sorted(lines)


class People:
    """Everybody, by the ids that lead to them."""

    def __init__(self) -> None:
        self.known: dict[str, Person] = {}

    def do(self, op: Op, at: int) -> None:
        """One thing after another."""
        match op.kind:
            case "erase":
                self._erase(self.known.get(op.user or op.device or ""), at)
            case "alias":
                self._alias(op, at)
            case "identify":
                self._take(self._identified(op), op, at)
            case _:
                self._take(self._home(op.user, op.user) if op.user else self._home(op.device or "", None), op, at)

    def _home(self, known_by: str, user: str | None) -> Person:
        return self.known.setdefault(known_by, Person(user))

    def _identified(self, op: Op) -> Person:
        """The user takes over what nobody owned; a device that was somebody else's only follows from now on."""
        assert op.user
        there = self.known.get(op.device) if op.device else None
        if op.user not in self.known and there is not None and there.user is None:
            self.known[op.user] = there
            there.user = op.user
        home = self._home(op.user, op.user)
        if there is not None and there is not home and there.user is None:
            self._join(there, home)
        if op.device:
            self.known[op.device] = home
        return home

    def _alias(self, op: Op, at: int) -> None:
        """The shop says that two who are known are one."""
        assert op.user
        assert op.other
        home = self._home(op.user, op.user)
        other = self.known.setdefault(op.other, home)
        if other is not home:
            self._join(other, home, explicit=True)
        self._take(home, op, at)

    def _join(self, other: Person, home: Person, *, explicit: bool = False) -> None:
        if explicit or home.erased is None or (other.began or 0) > home.erased:
            home.happened += other.happened
            home.began = min(filter(None, (home.began, other.began)), default=None)
            words = {home.word, other.word}
            home.word = "no" if "no" in words else "yes" if "yes" in words else None
        home.erased = max(filter(None, (home.erased, other.erased)), default=None)
        self.known = {known_by: home if person is other else person for known_by, person in self.known.items()}

    def _take(self, person: Person, op: Op, at: int) -> None:
        person.began = person.began or at
        person.happened.append((at, op))
        if op.kind in ("yes", "no"):
            person.word = op.kind

    def _erase(self, person: Person | None, at: int) -> None:
        if person is not None and person.began is not None:
            person.began, person.happened, person.word, person.erased = None, [], None, at
