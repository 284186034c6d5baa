"""tracking: which links of a message lead over Beckon, so that a click is heard of.

Links to Beckon's own pages (unsubscribe, confirm) stay as they are, and so does what does not lead to the web.
"""

from collections.abc import Callable

from ..channels.channel import Lead
from ..rulebook.tracking import Tracking


def leading(tracking: Tracking, public_url: str, click: Callable[[str], str | None]) -> Lead:
    """Over which link an address is to be reached; None for one that stays as it is."""
    own = public_url.rstrip("/") + "/"
    return lambda address: click(address) if tracking.leads_to(address) and not address.strip().startswith(own) else None
