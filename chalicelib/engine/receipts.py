"""receipts: what became of a message: how far it came, and that an address is dead or its owner wants no more.

They count from trusted sources only. What came of a notification, though, the app alone can tell, and it has a public key: it may, for a
message of this customer whose key it names, which only the phone that got the message has. A dead address makes way for the one before it.
A machine that opens mails or follows their links for its owner has opened none.
"""

from ..model.customer import Customer
from ..model.event import Event
from ..model.evidence import Rung, note_evidence
from ..model.held import retire
from ..model.identifier_kinds import CHANNEL_KIND, IdentifierKinds
from ..model.journey import Suppressed, record_suppressed
from ..model.reason import Reason
from ..model.receipt import ADDRESS_IN, RECEIPTS, Receipt
from ..model.recent import short_id

_LONGEST_MESSAGE = 40


def take_receipt(customer: Customer, event: Event, kinds: IdentifierKinds) -> None:
    """Take in an event, if it is a receipt."""
    receipt = RECEIPTS.get(event.name or "") if event.type == "track" else None
    if receipt is None or not (event.trusted or _told_by_the_app(customer, event, receipt)):
        return
    channel = receipt.channel or event.properties.get("channel")
    if channel not in CHANNEL_KIND:
        return
    if receipt.end is not None:
        _close_address(customer, event, channel, receipt, kinds)
    if receipt.rung is not None:
        message = event.properties.get("message")
        name = message[:_LONGEST_MESSAGE] if isinstance(message, str) and message else short_id(event.id)
        machine = receipt.rung in ("opened", "clicked") and event.properties.get("machine") is True
        reached: Rung = "machine_opened" if machine else receipt.rung
        note_evidence(customer.evidence, name, event.at, channel, reached, event.received_at)


def _told_by_the_app(customer: Customer, event: Event, receipt: Receipt) -> bool:
    message = event.properties.get("message")
    if receipt.channel != "push" or receipt.rung is None or not isinstance(message, str):
        return False
    tried = (tried.key for journey in customer.journeys.values() for tried in journey.tries or [])
    return message in (send.key for send in customer.sends) or message in tried


def _close_address(customer: Customer, event: Event, channel: str, receipt: Receipt, kinds: IdentifierKinds) -> None:
    """The address the receipt names, else the one the customer is written to, gets nothing more."""
    kind = CHANNEL_KIND[channel]
    named = next((value for name in (ADDRESS_IN.get(channel), "address") if name and (value := event.properties.get(name))), None)
    address = kinds.value(kind, named) or (str(named).strip().lower() if isinstance(named, str) else customer.address(channel))
    if not address:
        return
    if receipt.end == "complained":
        record_suppressed(customer.suppressed, channel, Suppressed(Reason.SUPPRESSED_COMPLAINT, event.at, address))
    else:
        record_suppressed(customer.suppressed, channel, Suppressed(Reason.SUPPRESSED_BOUNCE, event.at, address))
        retire(customer.held, kind, address, event.at)
