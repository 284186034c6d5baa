"""outcome: what one step of the evaluator gives back: the state after it, what is to be done outside, and why."""

from dataclasses import dataclass
from typing import Any

from .customer import Customer
from .decision import Decision, Message, decision_from, message_from
from .event import Event, event_from
from .journey import Occurrence
from .merge import Merge
from .watch import Watch, watch_from


@dataclass(frozen=True, slots=True)
class Record:
    """Effect: keep this decision where people can find it, and count it."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Effect: hand this message to its channel's queue."""

    message: Message


@dataclass(frozen=True, slots=True)
class Absorb:
    """Effect: write the state of this merged customer into the log of the one who survives.

    `explicit`: the shop asked for it; `asked`: when it was asked for. `cause` is the id of the call that said who this is, `led` what led
    to this customer until then, each `[kind, value]`.
    """

    survivor: str
    merged: dict[str, Any]
    explicit: bool = False
    asked: int = 0
    cause: str = ""
    led: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Restore:
    """Effect: let a record that had joined this one be somebody of its own again, `merge` undone: with `state`, and with what `led` to it.

    `rest` are the merges after it, whose journals are written anew without what goes back.
    """

    merge: Merge
    state: dict[str, Any]
    led: tuple[tuple[str, str], ...]
    rest: tuple[Merge, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Erase:
    """Effect: take away what the tables keep of this customer up to a moment.

    `absorbed` are the records that joined this one, `values` the identifiers by which parked calls are found. `decided`: until when what
    was erased may have been decided on; that is later, since the erasure was a while on its way.
    """

    at: int
    absorbed: tuple[str, ...]
    values: tuple[str, ...]
    decided: int = 0


@dataclass(frozen=True, slots=True)
class Tell:
    """Effect: write this event into the customer's own log: what follows from an event is an event as well.

    Its id is made of what it follows from, so that told twice it is told once.
    """

    event: Event


@dataclass(frozen=True, slots=True)
class ForgetPlaces:
    """Effect: take the positions received up to a moment out of this customer's log, and of those of the records that joined it."""

    at: int
    absorbed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """Effect: write down with a product's watchers that this customer watches it, unless a later word is known.

    `number` is that of the effect, by which a word that comes late is known for too old.
    """

    watch: Watch
    number: int


@dataclass(frozen=True, slots=True)
class Unregister:
    """Effect: take a watch away that was written down for this customer, or for a record that joined this one (`of`)."""

    watch: Watch
    of: str


@dataclass(frozen=True, slots=True)
class Reserve:
    """Effect: keep a code of this pool for a journey, its holder, until a moment after which it sends nothing more."""

    pool: str
    holder: str
    until: int


@dataclass(frozen=True, slots=True)
class Return:
    """Effect: let the code that was kept for a journey go back to its pool, unless a message may have taken it along."""

    holder: str


Effect = Record | Dispatch | Absorb | Restore | Erase | ForgetPlaces | Tell | Register | Unregister | Reserve | Return


@dataclass(frozen=True, slots=True)
class Outcome:
    """The state after the event, its effects in order, and the occurrences that led to them."""

    state: Customer
    effects: tuple[Effect, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()


def effect_document(effect: Effect) -> dict[str, Any]:
    """An effect as stored in the outbox."""
    match effect:
        case Record(decision):
            return {"kind": "record", "decision": decision.document()}
        case Dispatch(message):
            return {"kind": "dispatch", "message": message.document()}
        case Absorb(survivor, merged, explicit, asked, cause, led):
            return {"kind": "absorb", "survivor": survivor, "merged": merged, "explicit": explicit, "asked": asked, "cause": cause,
                    "led": list(map(list, led))}
        case Restore(merge, state, led, rest, at):
            return {"kind": "restore", "merge": merge.stored(), "state": state, "led": list(map(list, led)),
                    "rest": [other.stored() for other in rest], "at": at}
        case Erase(at, absorbed, values, decided):
            return {"kind": "erase", "at": at, "absorbed": list(absorbed), "values": list(values), "decided": decided}
        case ForgetPlaces(at, absorbed):
            return {"kind": "forget places", "at": at, "absorbed": list(absorbed)}
        case Tell(event):
            return {"kind": "tell", "event": event.document()}
        case Register(watch, number):
            return {"kind": "register", "place": watch.place, "watch": watch.stored(), "number": number}
        case Unregister(watch, of):
            return {"kind": "unregister", "place": watch.place, "watch": watch.stored(), "of": of}
        case Reserve(pool, holder, until):
            return {"kind": "reserve", "pool": pool, "holder": holder, "until": until}
        case Return(holder):
            return {"kind": "return", "holder": holder}


def effect_from(document: dict[str, Any]) -> Effect:
    """The effect whose `effect_document` this is. ValueError for a kind this version does not know."""
    match document["kind"]:
        case "record":
            return Record(decision_from(document["decision"]))
        case "dispatch":
            return Dispatch(message_from(document["message"]))
        case "absorb":
            return Absorb(document["survivor"], document["merged"], document.get("explicit", False), document.get("asked", 0),
                          document.get("cause", ""), _pairs(document.get("led", [])))
        case "restore":
            return Restore(Merge(*document["merge"]), document["state"], _pairs(document["led"]),
                           tuple(Merge(*other) for other in document["rest"]), document["at"])
        case "erase":
            return Erase(document["at"], tuple(document["absorbed"]), tuple(document["values"]), document.get("decided", 0))
        case "forget places":
            return ForgetPlaces(document["at"], tuple(document["absorbed"]))
        case "tell":
            return Tell(event_from(document["event"]))
        case "register":
            return Register(watch_from(document["place"], document["watch"]), document["number"])
        case "unregister":
            return Unregister(watch_from(document["place"], document["watch"]), document["of"])
        case "reserve":
            return Reserve(document["pool"], document["holder"], document["until"])
        case "return":
            return Return(document["holder"])
    raise ValueError(f"an effect of the unknown kind {document['kind']!r}")


def _pairs(stored: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((kind, value) for kind, value in stored)
