"""schedules: what happens every minute."""

from .. import bootstrap
from ..flows.relay import rescue
from ..flows.wake import wake


def each_minute() -> dict[str, int]:
    """Ring the timers that are due, then carry out effects that got stuck; how many of each."""
    ports = bootstrap.ports()
    return {"woken": wake(ports), "rescued": rescue(ports)}
