"""moves: an address that its provider has given another place: the customer is reached there from now on."""

from ..model.canonical import digest
from ..model.decision import Message
from ..model.event import ENGINE, Event
from ..model.identifier_kinds import CHANNEL_KIND
from ..model.identity import Identifier
from ..ports import Ports


def move_address(ports: Ports, message: Message, address: str, now: int) -> None:
    """Let the customer of a message have a new address on its channel. StoreUnavailable: the same again is safe."""
    kind = CHANNEL_KIND[message.channel]
    ports.events.append(message.customer, Event(
        id=f"receipt-{digest(message.key, 'moved', address)}", type="identify", name=None, at=now, received_at=now, source=ENGINE,
        context={"externalIds": [{"type": kind, "id": address}]}))
    ports.identifiers.claim(Identifier(kind, address), message.customer)
    ports.meter.count("addresses", outcome="moved", channel=message.channel)
