"""watches: keeps what is written down with the watchers of products in step with what this customer's triggers want to hear of.

Written down is only what is new, would lead to another end, or would soon be gone too early: who looks at one product all day long is
written down once.
"""

from typing import Literal

from ..model.customer import Customer
from ..model.outcome import Register, Unregister
from ..model.watch import Watch, watch_from
from ..triggers.trigger import Watchful, has
from .work import Work

MOST_WATCHES = 80


def settle_watches(work: Work) -> None:
    """Put out what is to be written down and taken away, if anything that happened may have changed it."""
    if not work.watches_touched:
        return
    work.watches_touched = False
    customer, wanted = work.customer, _wanted(work)
    known = {place: watch_from(place, stored) for place, stored in customer.watching.items()}
    for place, watch in wanted.items():
        written = known.get(place)
        if written is not None and not watch.says_more_than(written):
            continue
        _register(work, watch)
        if written is not None and written.turn != watch.turn:
            work.put_out(Unregister(written, customer.id))
    for place, written in known.items():
        if place not in wanted:
            del customer.watching[place]
            if written.until > work.now:  # else it is gone by itself
                work.put_out(Unregister(written, customer.id))


def take_over(work: Work, other: Customer) -> None:
    """What was written down of a record that joined this one goes, after what takes its place."""
    work.watches_touched = True
    settle_watches(work)
    for place, stored in other.watching.items():
        work.put_out(Unregister(watch_from(place, stored), other.id))


def begin_anew(work: Work) -> None:
    """Nothing is written down of this record any more: it was joined to another and is somebody of its own again."""
    work.customer.watching = {}
    work.watches_touched = True


def give_up(work: Work) -> None:
    """Nothing of what is written down of this customer is to stay."""
    for place, stored in work.customer.watching.items():
        work.put_out(Unregister(watch_from(place, stored), work.customer.id))


def _wanted(work: Work) -> dict[str, Watch]:
    """What live rules want; of two that watch one product the one that says more. Of too many the oldest go. Rules in shadow get what room
    is left."""
    wanted = _newest(_wanted_by(work, "live"), MOST_WATCHES)
    in_shadow = {place: watch for place, watch in _wanted_by(work, "shadow").items() if place not in wanted}
    return wanted | _newest(in_shadow, MOST_WATCHES - len(wanted))


def _wanted_by(work: Work, status: Literal["live", "shadow"]) -> dict[str, Watch]:
    wanted: dict[str, Watch] = {}
    for rule in work.rulebook.rules.values():
        if rule.status == status and has(rule.trigger, Watchful):
            for watch in rule.trigger.watches(work.customer.memory.get(rule.id, {}), work.customer, work.now):
                if watch.place not in wanted or _says_more(watch, wanted[watch.place]):
                    wanted[watch.place] = watch
    return wanted


def _newest(watches: dict[str, Watch], most: int) -> dict[str, Watch]:
    newest = sorted(watches.values(), key=lambda watch: (-watch.since, watch.place))[:most]
    return {watch.place: watch for watch in newest}


def _says_more(watch: Watch, other: Watch) -> bool:
    """Of prices the newest, of waiting the longest."""
    return watch.since < other.since if watch.aspect == "stock" else watch.since > other.since


def _register(work: Work, watch: Watch) -> None:
    work.customer.watching[watch.place] = watch.stored()
    work.put_out(Register(watch, work.customer.effects + 1))
