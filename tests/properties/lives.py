"""lives: a customer's history, event by event, with everything that Beckon says to itself in between."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from chalicelib.engine.accept import accept
from chalicelib.engine.advance import advance
from chalicelib.model.customer import Customer
from chalicelib.model.decision import Message
from chalicelib.model.event import CUSTOMER_ABSORBED, MERGE_ASKED, MESSAGE_DEFERRED, MESSAGE_REFUSED, TIMER_DUE, Event
from chalicelib.model.facts import NO_FACTS
from chalicelib.model.instant import DAY, HOUR, MINUTE, SECOND
from chalicelib.model.outcome import Dispatch, Outcome
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook
from simulators.shop_day import rulebook

from .calls import NINE, acceptable

ANNA = "a" * 26
Move = tuple[str, Any]

# Beside the day's two rules one that looks at everything an event may hold, by product.
_BY_PRODUCT = Rule.model_validate({
    "id": "by-product", "reentry": "0s", "condition": "customer.email",
    "trigger": {"kind": "abandonment", "wait": "5m", "lateness": "2m", "key": "event.properties.products[].product_id",
                "start": [{"event": "Cart Updated"},
                          {"event": "Cart Viewed",
                           "where": "contains(event.properties.tags || event.properties.name, event.properties.price)"}],
                "cancel": [{"event": "Product Removed", "key": "event.properties.product_id",
                            "where": "sort_by(event.properties.products || `[]`, &price)[0].quantity < event.properties.price || `true`"},
                           {"event": "Cart Emptied"}]},
    "steps": [{"send": {"channel": "email", "template": "cart"}},
              {"after": "10m", "when": "cart.value > `5`", "send": {"channel": "email", "template": "cart"}}]})


def rules() -> Rulebook:
    """The rules these lives are judged by."""
    day = rulebook()
    return replace(day, rules={**day.rules, _BY_PRODUCT.id: _BY_PRODUCT})


moves = st.lists(st.one_of(
    st.tuples(st.just("call"), acceptable()),
    st.tuples(st.just("call"), acceptable()),
    st.tuples(st.just("wait"), st.sampled_from([SECOND, MINUTE, 20 * MINUTE, HOUR, DAY, 3 * DAY])),
    st.tuples(st.just("ring"), st.sampled_from(["this one", "an old one"])),
    st.tuples(st.just("refused"), st.sampled_from(["not_consented", "no_longer_matches", "template_error"])),
    st.tuples(st.just("deferred"), st.sampled_from([MINUTE, 9 * HOUR, 4 * DAY])),
    st.tuples(st.just("absorbed"), st.lists(acceptable(), max_size=4)),
    st.tuples(st.just("merged away"), st.none()),
), min_size=1, max_size=14)


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of a life: the state before, the event, the clock, and what came of it."""

    before: Customer
    event: Event
    now: int
    outcome: Outcome


def live(told: Sequence[Move], book: Rulebook) -> Iterator[Moment]:
    """The moments of a life."""
    state, now, messages = Customer(ANNA), NINE, list[Message]()
    for number, (kind, what) in enumerate(told):
        if kind == "wait":
            now += what
            continue
        event = _event(kind, what, number, state, now, messages, book)
        if event is None or (state.merged_into is not None and kind != "ring"):
            continue  # the fold hands what reaches a merged customer on to the survivor
        moment = Moment(state, event, now, advance(state, event, NO_FACTS, book, now))
        yield moment
        state = moment.outcome.state
        messages += [effect.message for effect in moment.outcome.effects if isinstance(effect, Dispatch)]


def ring(state: Customer, now: int, number: int | None = None) -> Event:
    """The event by which the ring index rings."""
    number = state.rings if number is None else number
    return Event(id=f"ring-{state.id}-{number}-{now}", type="engine", name=TIMER_DUE, at=now, received_at=now, source="engine",
                 properties={"ring": number})


def _event(kind: str, what: Any, number: int, state: Customer, now: int, messages: list[Message], book: Rulebook) -> Event | None:
    def engine(name: str, **properties: Any) -> Event:
        return Event(id=f"{kind}-{number}", type="engine", name=name, at=now, received_at=now, source="engine", properties=properties)

    match kind:
        case "call":
            return accept({"messageId": f"m{number}", **what}, "server/shop", now)
        case "ring":
            return ring(state, now, state.rings if what == "this one" else state.rings - 1)
        case "absorbed":
            other = Customer("b" * 26)
            for place, call in enumerate(what):
                other = advance(other, accept({"messageId": f"b{number}-{place}", **call}, "server/shop", now), NO_FACTS, book, now).state
            return engine(CUSTOMER_ABSORBED, state=other.document(), **{"from": other.id})
        case "merged away":
            return engine(MERGE_ASKED, into="c" * 26, userId="anna")
    if not messages:
        return None
    message = messages[-1]
    about = {"key": message.key, "rule": message.rule, "run": message.run, "runKey": message.run_key, "step": message.step,
             "channel": message.channel, "at": message.at, "cause": message.cause, "data": message.data, "trace": []}
    if kind == "refused":
        return engine(MESSAGE_REFUSED, **about, reason=what)
    return engine(MESSAGE_DEFERRED, **about, reason="quiet_hours", until=now + what)
