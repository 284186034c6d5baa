"""tracking: an e-mail's HTML made to report back: its links lead over Beckon, and a picture tells that it was opened.

Links to Beckon's own pages (unsubscribe, confirm) stay as they are, and so does what does not lead to the web.
"""

from collections.abc import Callable

from ..channels.email_html import lead_links
from ..model.customer import Customer
from ..model.decision import Message
from ..ports import Ports
from ..rulebook.rulebook import Rulebook
from ..rulebook.tracking import Tracking
from .clicks import click_url
from .opens import picture_url


def track_html(ports: Ports, rulebook: Rulebook, customer: Customer, message: Message, html: str) -> str:
    """The HTML of one message as it is sent."""
    tracking = rulebook.tracking(message.rule)
    lead = leading(tracking, ports.public_url, lambda address: click_url(ports, customer.id, message, address))
    return lead_links(html, lead, picture_url(ports, customer.id, message) if tracking.opens else None)


def leading(tracking: Tracking, public_url: str, click: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """Over which link an address is to be reached; None for one that stays as it is."""
    own = public_url.rstrip("/") + "/"
    return lambda address: click(address) if tracking.leads_to(address) and not address.strip().startswith(own) else None
