"""counter: what a colleague in the shop or on the phone needs of a customer: the last contacts over all channels, open orders, what is
offered just now, and where this person may be written to.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ..model.contacts import MOST_CONTACTS, newest_contacts
from ..model.customer import JOURNEYS_KEPT, Customer
from ..model.decision import Decision
from ..model.evidence import RUNGS
from ..model.held import usable
from ..model.identifier_kinds import CHANNEL_KIND
from ..model.instant import format_instant
from ..model.journey import Journey, Suppressed
from ..model.orders import net_value
from ..model.reason import Reason
from ..model.verdict import Deny
from ..policies import consent, suppression
from ..policies.policy import Candidate
from ..ports import Delivery, Ports
from ..rulebook.rulebook import Rulebook

Deliveries = Mapping[str, Delivery | None]


def counter_view(ports: Ports, customer: Customer, decisions: Sequence[Decision], deliveries: Deliveries) -> dict[str, Any]:
    """Beside who it is. `decisions` are the last ones, the newest first; `deliveries` what became of the messages among them, by key."""
    now, rulebook = ports.clock(), ports.rulebook()
    sends = [decision for decision in decisions if decision.verdict == "send"]
    return {
        "openOrders": _open_orders(customer), "reachable": _reachable(ports, customer, rulebook, now),
        "offers": _offers(customer, rulebook, [send for send in sends if fate(deliveries.get(send.key)) != "failed"], now),
        "contacts": _contacts(customer, rulebook, sends, deliveries),
    }


def fate(delivery: Delivery | None) -> str | None:
    """What became of a message that was decided on: sent, failed, unknown (it may have been sent), still prepared, or nothing yet."""
    return None if delivery is None else "unknown" if delivery.status == "calling" else delivery.status


def _open_orders(customer: Customer) -> list[dict[str, Any]]:
    """`placed`: nobody has said anything of it since."""
    return [{"id": order, "at": format_instant(entry["at"]), "value": net_value(entry), "currency": entry.get("currency"),
             "state": entry.get("state", "placed"), "pieces": entry.get("pieces", 0)} for order, entry in customer.orders.under_way()]


def _contacts(customer: Customer, rulebook: Rulebook, sends: Sequence[Decision], deliveries: Deliveries) -> list[dict[str, Any]]:
    """What came in and what went out, in one list, the newest first."""
    inward = [(contact["at"], {
        "at": format_instant(contact["at"]), "direction": contact["direction"], "channel": contact["channel"], "what": contact["event"],
        "text": contact["text"], "vouched": contact["vouched"]}) for contact in newest_contacts(customer.contacts)]
    outward = {send.key: _message(customer, rulebook, send, deliveries.get(send.key)) for send in reversed(sends)}
    newest = sorted([*inward, *outward.values()], key=lambda entry: -entry[0])
    return [contact for _, contact in newest[:MOST_CONTACTS]]


def _message(customer: Customer, rulebook: Rulebook, send: Decision, delivery: Delivery | None) -> tuple[int, dict[str, Any]]:
    """A message of ours: when it left (or was decided on), what it was about, and how far it came."""
    at = send.decided_at if delivery is None or delivery.status in ("prepared", "failed") else delivery.at
    seen = customer.evidence.get(send.key)
    rung = None if seen is None else "delivered" if RUNGS[seen[2]] == "machine_opened" else RUNGS[seen[2]]
    return at, {"at": format_instant(at), "direction": "out", "channel": send.channel, "what": _about(rulebook, send.rule),
                "rule": send.rule, "step": send.step, "key": send.key, "delivery": fate(delivery), "reached": rung,
                "reason": delivery.error if delivery and delivery.status == "failed" else None}


def _offers(customer: Customer, rulebook: Rulebook, sends: Sequence[Decision], now: int) -> list[dict[str, Any]]:
    """What a colleague can honour: journeys that run, and those that ended with their last message not long ago. The newest first."""
    told: dict[str, Decision] = {}
    for send in reversed(sends):
        told[f"{send.rule}|{send.run}"] = send
    shown = [_offer(journey, rulebook, told.get(journey.id)) for journey in customer.journeys.values()
             if _is_offer(journey, rulebook, told.get(journey.id), now)]
    return sorted(shown, key=lambda offer: (offer["since"], offer["rule"]), reverse=True)


def _is_offer(journey: Journey, rulebook: Rulebook, told: Decision | None, now: int) -> bool:
    rule = rulebook.rules.get(journey.rule)
    if journey.status == "exited" or (rule is not None and rule.message_type == "transactional"):
        return False
    if journey.shadow and told is None:
        return False
    if journey.status == "open":
        return rule is not None or told is not None
    return told is not None and told.decided_at > now - JOURNEYS_KEPT


def _offer(journey: Journey, rulebook: Rulebook, told: Decision | None) -> dict[str, Any]:
    running, data = journey.status == "open", journey.data or (told.data if told else {})
    products = data.get("products") or [data.get("product")]
    return {
        "rule": journey.rule, "description": _about(rulebook, journey.rule), "since": format_instant(journey.entered),
        "status": journey.status, "step": journey.step if running else journey.step - 1,
        "nextAt": format_instant(journey.due) if running and journey.due is not None else None, "heldFor": journey.held_for,
        "told": {"at": format_instant(told.decided_at), "channel": told.channel} if told else None,
        "products": [product for product in products if isinstance(product, dict)] if isinstance(products, list) else [],
    }


def _about(rulebook: Rulebook, rule_id: str) -> str:
    rule = rulebook.rules.get(rule_id)
    return rule.description or rule.trigger.describe() if rule else rule_id


def _reachable(ports: Ports, customer: Customer, rulebook: Rulebook, now: int) -> list[dict[str, Any]]:
    """By channel the address, and the topics about which marketing may go there; `reason`: why about none. Caps and hours are not asked."""
    found = []
    for channel, kind in CHANNEL_KIND.items():
        address = next((entry.value for entry in usable(customer.held, kind) if entry.retired is None), None)
        if address is None:
            continue
        said = {topic for on, _, topic in (key.partition("/") for key in customer.consents) if on == channel}
        topics = sorted({*said, *(rule.topic for rule in rulebook.rules.values() if rule.message_type == "marketing")})
        refusals = {topic: _refusal(ports, customer, channel, address, topic, now) for topic in topics}
        agreed = [topic for topic, refusal in refusals.items() if refusal is None]
        found.append({"channel": channel, "address": address, "topics": agreed,
                      "reason": None if agreed else next(iter(refusals.values()), str(Reason.NOT_CONSENTED))})
    return found


def _refusal(ports: Ports, customer: Customer, channel: str, address: str, topic: str, now: int) -> str | None:
    """What the two policies say that nothing can set aside; the last gate asks the same two."""
    table = [Suppressed(entry.reason, entry.at, entry.address) for entry in ports.suppressions.find(channel, address, topic)]
    candidate = Candidate(customer, "", channel, topic, "marketing", "", address, now, None, suppressions=table)
    verdicts = (suppression.judge(suppression.Settings(), candidate), consent.judge(consent.Settings(), candidate))
    return next((str(verdict.reason) for verdict in verdicts if isinstance(verdict, Deny)), None)
