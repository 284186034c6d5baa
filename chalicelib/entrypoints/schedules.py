"""schedules: what happens every minute."""

from .. import bootstrap
from ..flows.fan_out import begin_waves
from ..flows.relay import rescue
from ..flows.wake import wake


def each_minute() -> dict[str, int]:
    """Ring the timers that are due, begin the waves whose hour has come, carry out effects that got stuck; how many of each."""
    ports = bootstrap.ports()
    return {"woken": wake(ports), "waves": begin_waves(ports), "rescued": rescue(ports)}
