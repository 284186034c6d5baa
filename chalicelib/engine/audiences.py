"""audiences: who is in which. Entering and leaving are events in the customer's own log, for rules to listen to and for counting.

An event that can change nothing of what audiences read is passed by. Where time alone changes an answer (`happened(...)`,
``days_since(...) > `30` ``), a timer is set for the next moment at which it may.
"""

from ..conditions.condition import Scope, condition
from ..conditions.past import questions
from ..conditions.turns import thresholds, turns
from ..model.canonical import digest
from ..model.customer import Customer
from ..model.event import AUDIENCE_ENTERED, AUDIENCE_LEFT, SUBSCRIPTION_CONFIRMED, Event
from ..model.outcome import Tell
from ..model.receipt import RECEIPTS
from ..rulebook.audience import Audience
from .known import KnownOf
from .scope import scope_of
from .update import UNDERSTOOD
from .work import Work, audience_timer

_OF_THE_PERSON = ("Subscribed", "Unsubscribed", SUBSCRIPTION_CONFIRMED, *RECEIPTS)


def is_member(audience: Audience, scope: Scope) -> bool:
    """Whether somebody belongs. What cannot be told (the past is not known yet) is a no."""
    return condition(audience.condition).holds(scope)


def settle_audiences(work: Work, cause: Event) -> None:
    """After an event: who entered and who left."""
    customer, rulebook = work.customer, work.rulebook
    for name in [name for name in customer.audiences if name not in rulebook.audiences]:
        del customer.audiences[name]  # the audience is gone; nobody left it
    if not rulebook.audiences or not _may_change(work, cause):
        return
    scope = scope_of(customer, work.now, rulebook)
    for audience in rulebook.audiences.values():
        inside, before = is_member(audience, scope), audience.id in customer.audiences
        if inside and not before:
            customer.audiences[audience.id] = work.now
        elif before and not inside:
            del customer.audiences[audience.id]
        if inside != before:
            _tell(work, audience, AUDIENCE_ENTERED if inside else AUDIENCE_LEFT, cause)
        work.set_timer(audience_timer(audience.id), _next_change(customer, audience, scope))


def _may_change(work: Work, cause: Event) -> bool:
    if cause.type == "track":
        return cause.name in UNDERSTOOD or cause.name in _OF_THE_PERSON or cause.name in work.rulebook.asks.of
    return cause.type in ("identify", "alias", "engine")


def _next_change(customer: Customer, audience: Audience, scope: Scope) -> int | None:
    """When the next moment drops out of a window that the audience asks about, or what it compares with a number comes to that number;
    None when time alone changes nothing.

    A window has few moments however busy somebody is (`model/windows.py`), so nobody rings often.
    """
    known, parsed = scope.known, condition(audience.condition).parsed
    assert isinstance(known, KnownOf)
    elapsing, known.elapsing = known.elapsing, []
    changes = []
    for question, window in questions(parsed):
        kept = customer.windows.get(str(question)) if window else None
        changes += [moment[0] + window for moment in (kept.moments if kept else [])]
    compared = thresholds(parsed) if elapsing else {}
    for function, about in elapsing:
        for number in compared.get(function, ()):
            changes += turns(function, about, number, known)
    return min((change for change in changes if change > known.now), default=None)


def _tell(work: Work, audience: Audience, name: str, cause: Event) -> None:
    customer = work.customer
    event = Event(id=digest("audience", customer.id, audience.id, name, cause.id), type="track", name=name, at=work.now,
                  received_at=work.now, user_id=customer.user_id, anonymous_id=None if customer.user_id else customer.name,
                  properties={"audience": audience.id}, source="engine", past=cause.past)
    work.put_out(Tell(event))
