"""feedback: what a provider tells of a message becomes events in its customer's log.

An address that is closed (a dead mailbox, a complaint, an opt-out) stands in the suppression table before this answers, whoever it
belongs to and whether or not the message is known. A message whose fate nobody knew has been sent: its provider would not know it
otherwise. The ids of the events are made of what is told, so told twice it is told once.
"""

from ..channels.email_receipts import EmailReceipt, Told, read_receipt
from ..engine.consents import UNSUBSCRIBED
from ..model.canonical import digest
from ..model.consent import ALL_TOPICS
from ..model.event import ENGINE, Event
from ..model.reason import Reason
from ..model.receipt import RECEIPTS
from ..model.suppression import Suppression
from ..ports import Delivery, Ports

_CHANNEL = "email"


def take_email_feedback(ports: Ports, text: str) -> None:
    """Take in one message of SES's topic. EventRejected: it cannot be used, and why. StoreUnavailable: the same again is safe."""
    receipt, now = read_receipt(text), ports.clock()
    if receipt is None:
        ports.meter.count("receipts", outcome="not_ours", channel=_CHANNEL)
        return
    for told in receipt.events:
        suppression = _suppression(receipt, told)
        if suppression is not None:
            ports.suppressions.add(suppression)
    delivery = ports.deliveries.get(receipt.key)
    if delivery is None:
        ports.meter.count("receipts", outcome="unknown_message", channel=_CHANNEL)
        return
    if delivery.status == "calling":
        ports.deliveries.sent(delivery.key, delivery.attempt, delivery.at, receipt.provider_id)
    for told in receipt.events:
        _tell(ports, delivery, receipt, told, now)


def _suppression(receipt: EmailReceipt, told: Told) -> Suppression | None:
    name, properties = told
    if name == UNSUBSCRIBED:
        return Suppression(_CHANNEL, receipt.address, properties["topic"], Reason.UNSUBSCRIBED, receipt.at)
    match RECEIPTS[name].end:
        case "bounced":
            return Suppression(_CHANNEL, receipt.address, ALL_TOPICS, Reason.SUPPRESSED_BOUNCE, receipt.at)
        case "complained":
            return Suppression(_CHANNEL, receipt.address, ALL_TOPICS, Reason.SUPPRESSED_COMPLAINT, receipt.at)
    return None


def _tell(ports: Ports, delivery: Delivery, receipt: EmailReceipt, told: Told, now: int) -> None:
    name, properties = told
    about = str(properties.get("topic") or properties.get("link_url") or "")
    new = ports.events.append(delivery.customer, Event(
        id=f"receipt-{digest(receipt.key, name, str(receipt.at), about)}", type="track", name=name, at=receipt.at, received_at=now,
        source=ENGINE, properties={"message": receipt.key, "rule": delivery.rule, _CHANNEL: receipt.address, **properties}))
    ports.meter.count("receipts", outcome="taken" if new else "duplicate", channel=_CHANNEL, receipt=name)
