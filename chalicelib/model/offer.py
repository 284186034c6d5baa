"""offer: what a journey offers, as it was when the journey first had something to send: it stays the same over all its messages.

Kept with the journey and with each message. Of a coupon pool the code is not in it: dispatch asks the pool, by `holder`.
"""

from datetime import tzinfo
from typing import Any

from .instant import to_datetime

Offer = dict[str, Any]
"""`code`, or `pool`, `holder`, `until` (how long a code is kept for it) and `without_code`; `percent`, or `amount` and `currency`;
`valid_until`; `stores`. Moments in milliseconds; what there is not is not in it."""
_SHOWN = ("code", "percent", "amount", "currency")


def holder_in(offer: Offer | None) -> str | None:
    """Who holds a code of a pool for this offer; None when it needs none."""
    return offer.get("holder") if offer else None


def over(offer: Offer | None) -> Offer | None:
    """What is kept of an offer when its journey is over: who may still hold a code for it."""
    holder = holder_in(offer)
    return {"holder": holder} if holder else None


def offer_view(offer: Offer, zone: tzinfo) -> dict[str, Any]:
    """`offer` as templates see it; `validUntil` by the clocks of a zone."""
    shown = {name: offer[name] for name in _SHOWN if name in offer}
    if "valid_until" in offer:
        shown["validUntil"] = to_datetime(offer["valid_until"]).astimezone(zone).isoformat(timespec="seconds")
    return {**shown, "stores": list(offer.get("stores", []))}
