"""feedback: what a provider tells of a message becomes events in its customer's log.

An address that is closed (a dead mailbox, a complaint, an opt-out) stands in the suppression table before this answers, whoever it
belongs to and whether or not the message is known. A message whose fate nobody knew has been sent: its provider would not know it
otherwise. The ids of the events are made of what is told, so told twice it is told once.
"""

from ..channels.receipt import ProviderReceipt, Told
from ..channels.registry import READERS
from ..engine.consents import UNSUBSCRIBED
from ..model.canonical import digest
from ..model.consent import ALL_TOPICS
from ..model.event import ENGINE, Event
from ..model.identifier_kinds import CHANNEL_KIND
from ..model.identity import Identifier
from ..model.reason import Reason
from ..model.receipt import ADDRESS_IN, RECEIPTS
from ..model.suppression import Suppression
from ..ports import Delivery, Ports


def take_feedback(ports: Ports, channel: str, text: str) -> None:
    """Take in what a channel's provider told. EventRejected: it cannot be used, and why. StoreUnavailable: the same again is safe."""
    receipts = READERS[channel](text)
    if not receipts:
        ports.meter.count("receipts", outcome="not_ours", channel=channel)
    for receipt in receipts:
        take_receipt(ports, receipt)


def take_receipt(ports: Ports, receipt: ProviderReceipt) -> None:
    """Take in what a provider told of one message or address. StoreUnavailable: the same again is safe."""
    for told in receipt.events:
        suppression = _suppression(receipt, told)
        if suppression is not None:
            ports.suppressions.add(suppression)
    delivery = _delivery(ports, receipt)
    customer = delivery.customer if delivery else _customer(ports, receipt)
    if delivery is not None and delivery.status == "calling":
        ports.deliveries.sent(delivery.key, delivery.attempt, delivery.at, receipt.provider_id)
    if customer is None:
        ports.meter.count("receipts", outcome="unknown_message", channel=receipt.channel)
        return
    for told in receipt.events:
        _tell(ports, customer, delivery, receipt, told)


def _delivery(ports: Ports, receipt: ProviderReceipt) -> Delivery | None:
    return ports.deliveries.get(receipt.key) if receipt.key else None


def _customer(ports: Ports, receipt: ProviderReceipt) -> str | None:
    """Whose address it is, when the receipt is about no message."""
    kind = CHANNEL_KIND.get(receipt.channel)
    if receipt.key or not receipt.address or kind is None:
        return None
    return next(iter(ports.identifiers.find([Identifier(kind, receipt.address)]).values()), None)


def _suppression(receipt: ProviderReceipt, told: Told) -> Suppression | None:
    name, properties = told
    if name == UNSUBSCRIBED:
        return Suppression(receipt.channel, receipt.address, properties["topic"], Reason.UNSUBSCRIBED, receipt.at)
    match RECEIPTS[name].end if name in RECEIPTS else None:
        case "bounced":
            return Suppression(receipt.channel, receipt.address, ALL_TOPICS, Reason.SUPPRESSED_BOUNCE, receipt.at)
        case "complained":
            return Suppression(receipt.channel, receipt.address, ALL_TOPICS, Reason.SUPPRESSED_COMPLAINT, receipt.at)
    return None


def _tell(ports: Ports, customer: str, delivery: Delivery | None, receipt: ProviderReceipt, told: Told) -> None:
    name, properties = told
    about = str(properties.get("topic") or properties.get("link_url") or "")
    of_message = {"message": delivery.key, "rule": delivery.rule} if delivery else {}
    new = ports.events.append(customer, Event(
        id=f"receipt-{digest(delivery.key if delivery else receipt.address, name, receipt.id or str(receipt.at), about)}", type="track",
        name=name, at=receipt.at, received_at=ports.clock(), source=ENGINE,
        properties={**of_message, "channel": receipt.channel, ADDRESS_IN.get(receipt.channel, "address"): receipt.address, **properties}))
    ports.meter.count("receipts", outcome="taken" if new else "duplicate", channel=receipt.channel, receipt=name)
