"""endpoints: the one place where a channel reaches everybody; when it says that it is gone, it stands among the suppressions."""

from ..channels.registry import ENDPOINTS
from ..model.consent import ALL_TOPICS
from ..model.decision import Message
from ..model.reason import Reason
from ..model.suppression import Suppression
from ..ports import Ports
from ..rulebook.rulebook import Rulebook


def endpoint_of(rulebook: Rulebook, channel: str) -> str | None:
    """Under what a channel's endpoint is closed, None for a channel that has none or is not set up."""
    settings = rulebook.brand.channel(channel) if channel in ENDPOINTS else None
    return None if settings is None else ENDPOINTS[channel](settings)


def close_endpoint(ports: Ports, message: Message, now: int) -> None:
    """Call it no more, for nobody. StoreUnavailable: the same again is safe."""
    endpoint = endpoint_of(ports.rulebook(), message.channel)
    if endpoint is not None:
        ports.suppressions.add(Suppression(message.channel, endpoint, ALL_TOPICS, Reason.ENDPOINT_GONE, now))
        ports.meter.count("endpoints", outcome="gone", channel=message.channel)
