"""frequency cap: not more marketing to one customer than is good. A cap is taken when a message is decided, not looked at.

Customers may choose on the preference page that it be less than the brand and its rules allow. A message over the cap waits, by priority,
until the cap is free again or its waiting time is over. A window is half open: a message sent exactly one window ago no longer counts.
"""

from pydantic import Field

from ..model.instant import DAY, format_instant
from ..model.reason import Reason
from ..model.verdict import Allow, Deny, Hold, Verdict
from ..model.written import Duration, Written
from .policy import Candidate


class Cap(Written):
    """So many messages within a rolling window."""

    messages: int = Field(ge=1, le=100, examples=[3])
    """How many."""
    window: Duration = Field(ge=1_000, le=7 * DAY)
    """Within how long; up to 7d."""


class Settings(Written):
    """How much marketing one customer gets."""

    per_channel: Cap | None = Cap(messages=1, window=DAY)
    """On one channel; null for no cap."""
    overall: Cap | None = Cap(messages=4, window=7 * DAY)
    """Over all channels; null for no cap."""
    wait_up_to: Duration = Field(default=DAY, ge=0, le=7 * DAY)
    """How long a message over the cap waits before it lapses."""


def judge(settings: Settings, candidate: Candidate) -> Verdict:
    """Hold while a cap is full, deny when the waiting is over."""
    if candidate.transactional:
        return Allow("transactional: not counted")
    counted = [send for send in candidate.customer.sends if send.key != candidate.key]
    caps = [(cap.messages, cap.window, channel) for cap, channel in ((settings.per_channel, candidate.channel), (settings.overall, None))
            if cap]
    if candidate.customer.pace:  # what customers choose themselves no rule is above
        caps.append((1, candidate.customer.pace, None))
    free_at = max((_free_at(messages, window, [send.at for send in counted if channel in (None, send.channel)], candidate.now)
                   for messages, window, channel in caps), default=0)
    if free_at <= candidate.now:
        return Allow(f"{len(counted)} messages in the last days")
    give_up = (candidate.now if candidate.held_since is None else candidate.held_since) + settings.wait_up_to
    note = f"free again at {format_instant(free_at)}" + (", as often as the customer chose" if candidate.customer.pace else "")
    return Deny(Reason.FREQUENCY_CAPPED, note) if candidate.now >= give_up else Hold(min(free_at, give_up), Reason.FREQUENCY_CAPPED, note)


def _free_at(messages: int, window: int, sent_at: list[int], now: int) -> int:
    """The moment at which one more message fits under so many in a window; 0 when it fits now."""
    counting = sorted(at for at in sent_at if at > now - window)
    return 0 if len(counting) < messages else counting[-messages] + window
