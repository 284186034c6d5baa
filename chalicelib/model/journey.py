"""journey: one run of one rule for one customer, from the trigger's moment to its last step."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from .offer import Offer

JourneyStatus = Literal["open", "done", "exited"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A trigger that fired, before any policy.

    `at` is the moment it is about, `started` the event that armed it, `run` tells it from every other occurrence of the
    rule and customer, `cause` is the id of the event behind it, `data` what the trigger knows.
    """

    rule: str
    run: str
    key: str | None
    at: int
    started: int
    cause: str
    data: dict[str, Any]


@dataclass(slots=True)
class Try:
    """A message of a cascade that was decided on: of which step, its key and channel, whether it was refused after all, and which channels
    had made way for it."""

    step: int
    key: str
    channel: str
    refused: bool = False
    passed: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Journey:
    """Where a run stands. `step` is the next one to decide (from 1); `due` when, in milliseconds; `anchor` when the first was decided.

    `message_key` is made when a step is decided for the first time and stays through every hold. Of a step that is a cascade, `tries` is
    what went out so far. After its last step a journey stays for the last gate and the
    re-entry rule to look at. `offer` is what it offers, from the first step that had something to send. `shadow`: it began
    while its rule was in shadow, and stays silent to its end. `variant`: in which of its rule's variants it writes, from the beginning on.
    `kind`: of which kind the trigger was that began it; None in a state stored before kinds were kept: as the rule's is now.
    `hashed`: of a journey that came with a record that joined this one, the id under which it began: by it chance decides to its end
    (percentage, holdout). None: by the customer's.
    `ended_by` is the event that ended it, if one did, `ended_for` the reason.
    """

    rule: str
    run: str
    key: str | None
    at: int
    started: int
    cause: str
    data: dict[str, Any]
    entered: int
    status: JourneyStatus = "open"
    step: int = 1
    due: int | None = None
    anchor: int | None = None
    step_at: int | None = None
    message_key: str | None = None
    held_since: int | None = None
    held_for: str | None = None
    ended_by: str | None = None
    offer: Offer | None = None
    tries: list[Try] | None = None
    shadow: bool | None = None
    ended_for: str | None = None
    variant: str | None = None
    kind: str | None = None
    hashed: str | None = None

    @property
    def id(self) -> str:
        """Unique among the journeys of a customer."""
        return f"{self.rule}|{self.run}"

    def document(self) -> dict[str, Any]:
        """The journey as stored, without what is empty."""
        values = {name: getattr(self, name) for name in _OF_A_JOURNEY}
        values["tries"] = [{name: value for name, value in asdict(entry).items() if value != []} for entry in self.tries or ()]
        return {name: value for name, value in values.items() if value is not None and value != {} and value != []}


_OF_A_JOURNEY = tuple(field.name for field in fields(Journey))


def journey_from(document: dict[str, Any]) -> Journey:
    """The journey whose `document()` this is, also of one stored with a `way`: the place of the channel that came next, before channels
    were told by name."""
    tries = document.get("tries")
    kept = {name: value for name, value in document.items() if name != "way"}
    return Journey(**{"key": None, "data": {}, **kept, "tries": [Try(**entry) for entry in tries] if tries else None})


@dataclass(frozen=True, slots=True)
class Send:
    """A cap taken: a marketing message decided on, which counts until its window has passed or dispatch gives it back."""

    key: str
    at: int
    channel: str
    rule: str

    def document(self) -> dict[str, Any]:
        """The send as stored."""
        return asdict(self)


@dataclass(slots=True)
class Suppressed:
    """An address that must not be written to any more: why, and since when."""

    reason: str
    at: int
    address: str


Suppressions = dict[str, Suppressed]  # by "channel/address"
MOST_SUPPRESSED = 20


def record_suppressed(known: Suppressions, channel: str, suppressed: Suppressed) -> None:
    """Take in a word on an address unless a later one is known; beyond the bound the oldest goes (the suppression table keeps all)."""
    key = f"{channel}/{suppressed.address}"
    if key not in known or known[key].at <= suppressed.at:
        known[key] = suppressed
    while len(known) > MOST_SUPPRESSED:
        del known[min(known, key=lambda other: (known[other].at, other))]


def lighten_suppressions(known: Suppressions) -> bool:
    """The oldest goes; the suppression table keeps all."""
    if len(known) < 2:
        return False
    del known[min(known, key=lambda key: (known[key].at, key))]
    return True


def join_suppressions(mine: Suppressions, theirs: Suppressions, now: int) -> Suppressions:
    """All of both; of two words on an address the later."""
    for key, suppressed in theirs.items():
        record_suppressed(mine, key.partition("/")[0], suppressed)
    return mine


def separate_suppressions(before: Any, after: Any, now: Any, theirs: Any) -> tuple[Any, Any]:
    """Two people's suppressions again, as stored: what must not be written to must not be written to by either."""
    back = {key: Suppressed(**entry) for key, entry in (theirs or {}).items()}
    join_suppressions(back, {key: Suppressed(**entry) for key, entry in (now or {}).items()}, 0)
    return now, {key: asdict(entry) for key, entry in back.items()}


def join_journeys(mine: dict[str, Journey], theirs: dict[str, Journey], now: int) -> dict[str, Journey]:
    """All of both, each run once."""
    return {**mine, **{name: journey for name, journey in theirs.items() if name not in mine}}


def separate_journeys(before: Any, after: Any, now: Any, theirs: Any) -> tuple[Any, Any]:
    """Two people's runs again, as stored. A run that came goes back as far as it has got, so that no step is taken twice."""
    mine, both, today = ({_run(journey): journey for journey in document or []} for document in (before, after, now))
    stays = [journey for run, journey in today.items() if run in mine or run not in both]
    back = [today.get(_run(journey), journey) for journey in theirs or []
            if _run(journey) not in mine and (_run(journey) in today or _run(journey) not in both)]
    return stays, back


def _run(stored: dict[str, Any]) -> tuple[str, str]:
    return stored["rule"], stored["run"]


def join_sends(mine: list[Send], theirs: list[Send], now: int) -> list[Send]:
    """All of both, each message once: what was sent to either counts for the caps of the one person."""
    taken = {send.key for send in mine}
    return sorted(mine + [send for send in theirs if send.key not in taken], key=lambda send: (send.at, send.key))
