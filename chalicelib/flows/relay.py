"""relay: carries effects out. Everything it does may be done twice: records and events have names of their own, messages are claimed."""

from collections.abc import Sequence
from typing import assert_never

from ..model.customer import Customer, customer_from
from ..model.decision import Message
from ..model.errors import StoreUnavailable
from ..model.event import CUSTOMER_ABSORBED, Event
from ..model.identity import Identifier
from ..model.instant import MINUTE
from ..model.merge import absorbed_id
from ..model.outcome import (
    Absorb,
    Dispatch,
    Effect,
    Erase,
    ForgetPlaces,
    Record,
    Register,
    Reserve,
    Restore,
    Return,
    Tell,
    Unregister,
)
from ..ports import Parked, Ports
from .offers import reserve
from .places import forget_places
from .rights import carry_out
from .separation import give_back

STUCK_AFTER = 5 * MINUTE


def relay(ports: Ports, customer: str, effects: Sequence[Effect], through: int) -> None:
    """Carry out a customer's effects, then acknowledge those numbered up to `through`."""
    messages: dict[tuple[str, str], list[Message]] = {}
    for effect in effects:
        match effect:
            case Record(decision):
                if ports.decisions.record(decision):
                    ports.meter.count("decisions", rule=decision.rule, verdict=decision.verdict, reason=decision.reason or "none")
            case Dispatch(message):
                messages.setdefault((message.channel, message.message_type), []).append(message)
            case Absorb():
                _absorb(ports, customer, effect)
            case Restore():
                give_back(ports, customer, effect)
            case Erase():
                carry_out(ports, customer, effect)
            case ForgetPlaces(at, absorbed):
                for home in (customer, *absorbed):
                    forget_places(ports, home, at)
            case Tell(event):
                if ports.events.append(customer, event) and "audience" in event.properties:
                    ports.meter.count("audiences", audience=event.properties["audience"], change=event.name or "")
            case Register(watch, number):
                ports.watches.put(customer, watch, number)
            case Unregister(watch, of):
                ports.watches.remove(of, watch)
            case Reserve(pool, holder, until):
                reserve(ports, pool, holder, until, ports.clock())  # where there is none, dispatch asks again and says so
            case Return(holder):
                ports.coupons.give_back(holder)
            case _:
                assert_never(effect)
    for queue, waiting in messages.items():
        ports.queues[queue].put(waiting)
    ports.customers.acknowledge(customer, through)


def rescue(ports: Ports) -> int:
    """Carry out what has been waiting for minutes: its stream record was lost or is stuck. Returns how many customers it was."""
    rescued, now = 0, ports.clock()
    for customer in ports.customers.stuck(now - STUCK_AFTER):
        try:
            record = ports.customers.load(customer)
            if record is not None and record.outbox:
                relay(ports, customer, record.outbox, record.state.effects)
                rescued += 1
        except StoreUnavailable:
            raise
        except Exception as error:  # one customer's effects that nobody can read must not keep the others waiting
            ports.parking.park(Parked("relay", customer, now, f"{type(error).__name__}: {error}"[:500], customer))
            ports.meter.count("effects", outcome="parked")
    return rescued


def _absorb(ports: Ports, customer: str, effect: Absorb) -> None:
    """Write the frozen state into the survivor's log, then let the identifiers follow."""
    now, merged = ports.clock(), customer_from(effect.merged)
    here = _leading_to(ports, merged)
    led = sorted({*effect.led, *((identifier.kind, identifier.value) for identifier in here)})
    ports.events.append(effect.survivor, Event(
        id=absorbed_id(customer, merged.restored), type="engine", name=CUSTOMER_ABSORBED, at=now, received_at=now, source="engine",
        properties={"from": customer, "state": effect.merged, "explicit": effect.explicit, "asked": effect.asked,
                    "cause": effect.cause, "led": list(map(list, led))}))
    for identifier in here:
        ports.identifiers.move(identifier, effect.survivor)


def _leading_to(ports: Ports, customer: Customer) -> list[Identifier]:
    return [identifier for identifier, home in ports.identifiers.find(customer.identifiers()).items() if home == customer.id]
