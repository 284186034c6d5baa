"""told: texts in which a provider tells of messages, taken in one by one. One that cannot be used will never be usable, so it is parked
whole; while a table does not answer it must come again: to take one in twice changes nothing.
"""

from collections.abc import Callable, Iterable

from ..flows.feedback import take_feedback
from ..model.errors import EventRejected, StoreUnavailable
from ..ports import Parked, Ports
from .failures import report_failure

Take = Callable[[Ports, str, str], None]


def take_each(ports: Ports, channel: str, texts: Iterable[tuple[str, str]], take: Take = take_feedback) -> None:
    """Take in texts under their names. StoreUnavailable, once all others are done, when one of them must come again."""
    again = [error for name, text in texts if (error := _take(ports, channel, name, text, take)) is not None]
    if again:
        ports.meter.count("receipts", len(again), outcome="retried", channel=channel)
        raise again[0]


def park(ports: Ports, channel: str, name: str, body: str, reason: str) -> None:
    """Set aside what cannot be used."""
    ports.parking.park(Parked(place="feedback", id=f"{channel}:{name}", at=ports.clock(), reason=reason, body=body))
    ports.meter.count("parked", place="feedback")


def _take(ports: Ports, channel: str, name: str, text: str, take: Take) -> StoreUnavailable | None:
    try:
        _take_or_park(ports, channel, name, text, take)
    except StoreUnavailable as error:
        return error
    return None


def _take_or_park(ports: Ports, channel: str, name: str, text: str, take: Take) -> None:
    try:
        take(ports, channel, text)
    except StoreUnavailable:
        raise
    except EventRejected as error:
        park(ports, channel, name, text, f"{error.code}: {error}")
    except Exception as error:  # the border of the function: one bad text must not hold up the others
        report_failure("feedback", error)
        park(ports, channel, name, text, type(error).__name__)
