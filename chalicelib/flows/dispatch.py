"""dispatch: one message from its queue to its provider, at most once.

    claim (`prepared`) -> last gate -> render -> claim (`calling`) -> provider -> record (`sent` or `failed`)

The claim comes before the gate: whoever holds it is the only one who may say yes or no, so a message that went out is never
refused by a copy of itself that came later. `prepared` may be claimed again, `calling` never: a process that dies in between leaves
a delivery whose fate is unknown, which is shown and not repeated. But where the receiver knows a message by its key (`IDEMPOTENT`) it is
sent again until it is heard.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal, TypeVar

from ..channels.channel import Request
from ..channels.receipt import ProviderReceipt
from ..channels.registry import IDEMPOTENT, TOLD_BY_ID
from ..engine.consents import UNSUBSCRIBED
from ..engine.erase import is_forgotten
from ..engine.gate import Gate, last_gate
from ..engine.needed import products_of_message
from ..model.consent import ALL_TOPICS
from ..model.customer import Customer
from ..model.decision import Message
from ..model.errors import StoreUnavailable, TemplateFailed, TransportFailed
from ..model.event import MESSAGE_DEFERRED, MESSAGE_REFUSED, Event
from ..model.facts import Facts
from ..model.instant import MINUTE
from ..model.journey import Suppressed
from ..model.merge import absorbed_id
from ..model.reason import Reason
from ..model.receipt import bounced_on
from ..model.verdict import Allow, Deny, Hold
from ..ports import Delivery, Ports
from ..rulebook.rulebook import Rulebook
from .budgets import spend, unspend
from .compose import compose
from .endpoints import close_endpoint, endpoint_of
from .feedback import take_receipt
from .moves import move_address
from .offers import let_go, mark, take_offer, unmark
from .stores import stores_for

MOST_MERGES = 10
MOST_TRIES = 3
QUEUE_CAN_WAIT = 6 * MINUTE  # the queues' visibility: what failed comes again after that, never sooner
Result = TypeVar("Result")


def dispatch(ports: Ports, message: Message) -> None:
    """Send one message, or record why not. An exception means: bring it again."""
    ports, now, attempt = ports.steady(), ports.clock(), ports.new_attempt()
    delivery = ports.deliveries.prepare(message, attempt, now)
    unheard = delivery if delivery.status == "calling" and message.channel in IDEMPOTENT else None
    if unheard is None and (delivery.attempt != attempt or delivery.status != "prepared"):
        _seen_before(ports, message, delivery, now)
        return
    customer = _load(ports, message)
    if customer is None:
        _refuse(ports, message, attempt, now, Gate(Deny(Reason.CUSTOMER_GONE)), Reason.CUSTOMER_GONE)
        return
    if _is_forgotten(customer, message):
        _insist(lambda: ports.deliveries.failed(message.key, attempt, now, str(Reason.CUSTOMER_ERASED)))
        _give_back(ports, message, _known_unsent(message, attempt))
        ports.meter.count("deliveries", status="erased", channel=message.channel)
        return
    rulebook = ports.rulebook()
    gate = last_gate(customer, message, _suppressions(ports, customer, message, rulebook), _facts(ports, rulebook, customer, message),
                     rulebook, now)
    match gate.verdict:
        case Deny(reason):
            _refuse(ports, message, attempt, now, gate, reason)
        case Hold(until, reason):
            if unheard is not None:
                return  # it may have gone out already: it stays unknown
            unspend(ports, message, _known_unsent(message, attempt))  # what an attempt took that died
            _defer(ports, message, now, until, reason, gate)
        case Allow():
            taken = take_offer(ports, message, customer, rulebook, now)
            if taken is None:
                gate.trace.append({"check": "offer", "verdict": "deny", "reason": str(Reason.COUPON_POOL_EMPTY),
                                   "note": f"the pool {(message.offer or {})['pool']} has no code left"})
                _refuse(ports, message, attempt, now, gate, Reason.COUPON_POOL_EMPTY)
                return
            try:
                request = compose(ports, rulebook, customer, replace(message, data=gate.data), now, taken.shown)
            except TemplateFailed as error:
                gate.trace.append({"check": "template", "verdict": "deny", "reason": str(Reason.TEMPLATE_ERROR), "note": str(error)})
                _refuse(ports, message, attempt, now, gate, Reason.TEMPLATE_ERROR)
                return
            spent = spend(ports, rulebook, message, attempt, request, now)
            if spent is not None:
                gate.trace.append({"check": "budget", "verdict": "deny", "reason": str(Reason.BUDGET_EXHAUSTED),
                                   "note": f"too little is left of {spent}"})
                _refuse(ports, message, attempt, now, gate, Reason.BUDGET_EXHAUSTED)
                return
            mark(ports, message, attempt, taken)
            if unheard is not None and not _take_over(ports, message, unheard, attempt, now):
                unmark(ports, message, attempt)
                unspend(ports, message, attempt)
                return
            _call(ports, message, attempt, now, request, gate, customer.address(message.channel) or "")


def _call(ports: Ports, message: Message, attempt: str, now: int, request: Request, gate: Gate, address: str) -> None:
    if not _insist(lambda: ports.deliveries.call(message.key, attempt, now)):
        _give_back(ports, message, attempt)
        return  # another attempt has taken the claim over
    try:
        provider_id = ports.transports[message.channel].send(request)
    except TransportFailed as error:
        if error.ambiguous:
            ports.meter.count("deliveries", status="unknown", channel=message.channel)
            if message.channel in IDEMPOTENT:
                raise
        elif error.endpoint_gone:
            close_endpoint(ports, message, now)
            _refuse(ports, message, attempt, now, gate, Reason.ENDPOINT_GONE)
        elif not error.retryable:
            if error.closes:
                _close_address(ports, message, address, error.closes, now)
            gate.trace.append({"check": "provider", "verdict": "deny", "reason": str(Reason.TRANSPORT_REFUSED), "note": str(error)})
            _refuse(ports, message, attempt, now, gate, Reason.TRANSPORT_REFUSED)
        else:
            _insist(lambda: ports.deliveries.release(message.key, attempt, now))
            unmark(ports, message, attempt)
            unspend(ports, message, attempt)
            if error.moved_to is not None:
                move_address(ports, message, error.moved_to, now)
            if error.retry_after is None or error.retry_after <= QUEUE_CAN_WAIT:
                raise
            _defer(ports, message, now, now + error.retry_after, Reason.TRANSPORT_BUSY, gate)
        return
    _insist(lambda: ports.deliveries.sent(message.key, attempt, now, provider_id, findable=message.channel in TOLD_BY_ID))
    ports.meter.count("deliveries", status="sent", channel=message.channel)


def _take_over(ports: Ports, message: Message, unheard: Delivery, attempt: str, now: int) -> bool:
    """Claim a message anew of which nobody knows whether it was heard: its receiver knows it by its key. False: another was faster.

    Nobody may refuse it any more, and a copy that is not allowed to go leaves it as it stands.
    """
    ports.deliveries.release(message.key, unheard.attempt, now)
    delivery = ports.deliveries.prepare(message, attempt, now)
    return delivery.attempt == attempt and delivery.status == "prepared"


def _close_address(ports: Ports, message: Message, address: str, how: Literal["bounced", "unsubscribed"], now: int) -> None:
    """The provider said with its refusal that this address is dead, or that its owner wants no more."""
    told = (UNSUBSCRIBED, {"topic": ALL_TOPICS}) if how == "unsubscribed" else (bounced_on(message.channel), {})
    take_receipt(ports, ProviderReceipt(message.channel, message.key, events=(told,), address=address, at=now, id=how), refused=True)


def _insist(write: Callable[[], Result]) -> Result:
    """The writes around the call decide what is known of a message; the same attempt may repeat each, so it does."""
    for _ in range(MOST_TRIES - 1):
        try:
            return write()
        except StoreUnavailable:
            continue
    return write()


def _seen_before(ports: Ports, message: Message, delivery: Delivery, now: int) -> None:
    """A message that came again. What was refused says so again (the event may have been lost); the rest needs nothing."""
    if delivery.status == "failed":
        _give_back(ports, message, _known_unsent(message, delivery.attempt))
    if delivery.status == "failed" and delivery.error != Reason.CUSTOMER_ERASED:
        _tell(ports, message, now, MESSAGE_REFUSED, f"refused-{message.key}", reason=delivery.error or Reason.TRANSPORT_REFUSED)
    ports.meter.count("deliveries", status="again", channel=message.channel)


def _load(ports: Ports, message: Message) -> Customer | None:
    """The customer, or the one it was merged into. StoreUnavailable while the journey is still on its way from one to the other.

    A record that was erased as well has nothing on its way any more.
    """
    customer, merged, number = message.customer, "", 0
    for _ in range(MOST_MERGES):
        record = ports.customers.load(customer)
        if record is not None and record.state.merged_into is not None and not _is_forgotten(record.state, message):
            customer, merged, number = record.state.merged_into, customer, record.state.restored
            continue
        if merged and (record is None or not _has_absorbed(record.state, absorbed_id(merged, number), message)):
            raise StoreUnavailable(f"customer {merged} is being merged into {customer}")
        return None if record is None else record.state
    raise StoreUnavailable(f"customer {customer} was merged too often to follow")


def _is_forgotten(customer: Customer, message: Message) -> bool:
    return is_forgotten(customer, f"{message.rule}|{message.run}", message.decided_at)


def _has_absorbed(customer: Customer, told: str, message: Message) -> bool:
    return f"{message.rule}|{message.run}" in customer.journeys or told in customer.recent


def _suppressions(ports: Ports, customer: Customer, message: Message, rulebook: Rulebook) -> list[Suppressed]:
    closed = [customer.address(message.channel), endpoint_of(rulebook, message.channel)]
    found = [entry for address in closed if address for entry in ports.suppressions.find(message.channel, address, message.topic)]
    return [Suppressed(entry.reason, entry.at, entry.address) for entry in found]


def _facts(ports: Ports, rulebook: Rulebook, customer: Customer, message: Message) -> Facts:
    needed = products_of_message(message, customer, rulebook)
    return Facts(products=ports.products.find(needed) if needed else {}, stores=stores_for(ports, rulebook, None, data=[message.data]))


def _refuse(ports: Ports, message: Message, attempt: str, now: int, gate: Gate, reason: Reason) -> None:
    """Record that it will not be sent, and tell the customer's state, which gives the cap back."""
    if not _insist(lambda: ports.deliveries.failed(message.key, attempt, now, str(reason))):
        return  # another attempt has taken the claim over and says what becomes of the message
    _give_back(ports, message, _known_unsent(message, attempt))
    _tell(ports, message, now, MESSAGE_REFUSED, f"refused-{message.key}", reason=str(reason), trace=gate.trace, endedBy=gate.ended_by,
          version=gate.version, rulebook=gate.rulebook)


def _give_back(ports: Ports, message: Message, attempt: str) -> None:
    """It has not left, or not with this attempt: what it took of what there is only so much of goes back."""
    let_go(ports, message, attempt)
    unspend(ports, message, attempt)


def _known_unsent(message: Message, attempt: str) -> str:
    """Which attempts are known not to have left, all ("") or this one: where attempts are repeated, one before it may have been heard."""
    return attempt if message.channel in IDEMPOTENT else ""


def _defer(ports: Ports, message: Message, now: int, until: int, reason: Reason, gate: Gate) -> None:
    """Give it back to the customer's timers, which can wait longer than a queue."""
    _tell(ports, message, now, MESSAGE_DEFERRED, f"deferred-{message.key}-{until}", reason=str(reason), trace=gate.trace, until=until,
          version=gate.version, rulebook=gate.rulebook)


def _tell(ports: Ports, message: Message, now: int, name: str, event_id: str, **more: Any) -> None:
    properties = {"key": message.key, "rule": message.rule, "run": message.run, "runKey": message.run_key, "step": message.step,
                  "channel": message.channel, "variant": message.variant, "at": message.at, "cause": message.cause, "data": message.data,
                  "offer": message.offer, **more}
    ports.events.append(message.customer, Event(
        id=event_id, type="engine", name=name, at=now, received_at=now, source="engine",
        properties={name: value for name, value in properties.items() if value is not None}))
