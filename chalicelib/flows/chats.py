"""chats: the link that opens a chat with the shop's bot, and by which the bot learns whose chat it is.

    https://t.me/BOT?start=TOKEN

The token names the customer and the day, is signed, and holds for a week: whoever follows it gets what is meant for that customer. A bot's
`start` takes 64 letters, digits, `_` and `-`.
Source: https://core.telegram.org/bots/features#deep-linking
"""

import base64
import hmac

from ..channels.receipt import ProviderReceipt
from ..model.canonical import digest
from ..model.customer import Customer
from ..model.event import ENGINE, Event
from ..model.identifier_kinds import CHANNEL_KIND
from ..model.instant import DAY
from ..ports import Ports
from .ingest import store
from .lookup import load_survivor

HOLDS_DAYS = 7
_MAC_BYTES = 16
_CUSTOMER, _DAY = 26, 4


def chat_url(ports: Ports, bot: str, customer: Customer, now: int) -> str:
    """The address that opens the bot's chat for one customer."""
    return f"https://t.me/{bot}?start={_token(ports, customer.id, now // DAY)}"


def open_chat(ports: Ports, receipt: ProviderReceipt) -> str | None:
    """Let an address be its customer's from now on, if the token beside it is ours; whose it is. It agrees to nothing by that."""
    customer = _whose(ports, receipt.joins, receipt.at)
    if customer is None:
        ports.meter.count("chats", outcome="strange", channel=receipt.channel)
        return None
    address = {"type": CHANNEL_KIND[receipt.channel], "id": receipt.address}
    known = next(iter(customer.identifiers()), None)
    named = [] if known is None or known.kind in ("user", "anonymous") else [{"type": known.kind, "id": known.value}]
    store(ports, [Event(
        id=f"receipt-{digest(receipt.channel, receipt.address, 'opened', receipt.id)}", type="identify", name=None, at=receipt.at,
        received_at=ports.clock(), source=ENGINE, user_id=customer.user_id,
        anonymous_id=known.value if known is not None and known.kind == "anonymous" else None,
        context={"externalIds": [*named, address]})])
    ports.meter.count("chats", outcome="opened", channel=receipt.channel)
    return customer.id


def _whose(ports: Ports, token: str, at: int) -> Customer | None:
    """The customer a token names, None when it is not ours or too old."""
    customer, day = token[:_CUSTOMER], token[_CUSTOMER:_CUSTOMER + _DAY]
    try:
        age = at // DAY - int(day, 16)
        genuine = hmac.compare_digest(token.encode(), _token(ports, customer, int(day, 16)).encode())
    except ValueError:
        return None
    return load_survivor(ports, customer) if genuine and age <= HOLDS_DAYS else None


def _token(ports: Ports, customer: str, day: int) -> str:
    mac = ports.sign(f"chat|{customer}|{day}".encode())[:_MAC_BYTES]
    return f"{customer}{day:0{_DAY}x}{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"
