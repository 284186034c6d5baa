"""absorb: two records that turned out to be one person become one: the loser is frozen, its state joins the survivor's."""

from typing import Any

from ..model.consent import absorb_consents
from ..model.customer import MOST_ANONYMOUS_IDS, MOST_TURNED_AWAY, Customer, customer_from
from ..model.journey import record_suppressed
from ..model.outcome import Absorb
from .identify import ADDRESSES, bound_traits, take_address
from .work import Work


def freeze(work: Work, survivor: str, user_id: str) -> None:
    """Hand this record over to another. A record that belongs to another known person stays: two people never merge by themselves."""
    customer = work.customer
    if customer.merged_into is not None or customer.id == survivor or customer.user_id not in (None, user_id):
        return
    work.put_out(Absorb(survivor, customer.document()))
    customer.merged_into = survivor
    customer.timers = {}


def absorb(customer: Customer, merged: dict[str, Any], now: int) -> None:
    """Join a frozen record into this one: of single values the later, of consents the stricter, of everything else all."""
    other = customer_from(merged)
    customer.first_seen = min(filter(None, (customer.first_seen, other.first_seen)), default=0)
    customer.last_seen = max(customer.last_seen, other.last_seen)
    customer.user_id = customer.user_id or other.user_id
    customer.anonymous_ids += [known for known in other.anonymous_ids if known not in customer.anonymous_ids]
    del customer.anonymous_ids[MOST_ANONYMOUS_IDS:]
    for mine, theirs in ((customer.said, other.said), (customer.seen, other.seen)):
        for name, word in theirs.items():
            if name in ADDRESSES:
                take_address(mine, name, word)
            elif name not in mine or mine[name][1] < word[1]:
                mine[name] = word
    bound_traits(customer)
    customer.vouched = min(filter(None, (customer.vouched, other.vouched)), default=None)
    customer.turned_away = sorted(customer.turned_away + other.turned_away)[-MOST_TURNED_AWAY:]
    absorb_consents(customer.consents, other.consents)
    for key, suppressed in other.suppressed.items():
        record_suppressed(customer.suppressed, key.partition("/")[0], suppressed)
    customer.cart.absorb(other.cart, now)
    for rule, memory in other.memory.items():
        mine_of_rule = customer.memory.setdefault(rule, {})
        for key, marks in memory.items():
            known = mine_of_rule.get(key, [])
            mine_of_rule[key] = sorted(known + [mark for mark in marks if mark not in known], key=lambda mark: mark[:3])
    for name, journey in other.journeys.items():
        customer.journeys.setdefault(name, journey)
    taken = {send.key for send in customer.sends}
    customer.sends = sorted(customer.sends + [send for send in other.sends if send.key not in taken], key=lambda send: (send.at, send.key))
    for timer, due in other.timers.items():
        customer.timers[timer] = min(due, customer.timers.get(timer, due))
    customer.recent.absorb(other.recent)
