"""outcome: what one step of the evaluator gives back: the state after it, what is to be done outside, and why."""

from dataclasses import dataclass
from typing import Any

from .customer import Customer
from .decision import Decision, Message, decision_from, message_from
from .journey import Occurrence


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
    """Effect: write the state of this merged customer into the log of the one who survives."""

    survivor: str
    merged: dict[str, Any]


Effect = Record | Dispatch | Absorb


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
        case Absorb(survivor, merged):
            return {"kind": "absorb", "survivor": survivor, "merged": merged}


def effect_from(document: dict[str, Any]) -> Effect:
    """The effect whose `effect_document` this is. ValueError for a kind this version does not know."""
    match document["kind"]:
        case "record":
            return Record(decision_from(document["decision"]))
        case "dispatch":
            return Dispatch(message_from(document["message"]))
        case "absorb":
            return Absorb(document["survivor"], document["merged"])
    raise ValueError(f"an effect of the unknown kind {document['kind']!r}")
