"""offers: a journey's one offer: settled when the journey first has something to send, given back when nothing more will be sent.

A code of a pool is reserved by an effect and, at the latest, by dispatch. To give back is always harmless: a code that a message may have
taken along does not go back, and a message still on its way takes another.
"""

from ..model.coupon import holder_of
from ..model.instant import DAY
from ..model.journey import Journey
from ..model.offer import Offer, holder_in, over
from ..model.outcome import Reserve, Return
from ..rulebook.rule import Rule
from .work import Work


def offer_ends(work: Work, rule: Rule, journey: Journey) -> int | None:
    """The last moment of the journey's offer; None when it has none, or one without an end."""
    if journey.offer is not None:
        ends: int | None = journey.offer.get("valid_until")
        return ends
    offer = rule.offered(journey.variant)
    return None if offer is None else offer.ends(journey.entered, work.rulebook.brand.timezone)


def worth_until(work: Work, rule: Rule, journey: Journey) -> int:
    """Until when the step that is decided is worth sending: an offer that is over is worth nothing."""
    worth = (journey.at if journey.step_at is None else journey.step_at) + rule.expires_after
    ends = offer_ends(work, rule, journey)
    return worth if ends is None else min(worth, ends)


def settle_offer(work: Work, rule: Rule, journey: Journey) -> None:
    """The journey has something to send: what it offers stays so from now on, and a code of a pool is kept for it."""
    written, ends = rule.offered(journey.variant), offer_ends(work, rule, journey)
    if written is None or journey.offer is not None:
        return
    offer = written.settled(ends)
    if written.pool is not None:
        holder = holder_of(work.customer.id, rule.id, journey.run)
        waits = sum(step.send.wait * len(step.send.ways) for step in rule.steps)
        until = journey.entered + rule.steps[-1].after + waits + 2 * rule.expires_after + DAY  # the journey sends nothing after that
        offer |= {"pool": written.pool, "holder": holder, "until": until, "without_code": written.when_empty == "without_code"}
        work.put_out(Reserve(written.pool, holder, until))
    journey.offer = {name: value for name, value in offer.items() if value is not False}


def give_back(work: Work, offer: Offer | None) -> None:
    """Nothing more is sent for this offer: its code goes back unless a message may have taken it along."""
    holder = holder_in(offer)
    if holder:
        work.put_out(Return(holder))


def end_offer(work: Work, journey: Journey, *, give: bool) -> None:
    """The journey is over; its code goes back if nothing is on its way that needs it."""
    if give:
        give_back(work, journey.offer)
    journey.offer = over(journey.offer)
