"""quarantine: what was set aside, with the reason; taken in again after a mend."""

import json
import sys
from pathlib import Path

import click

from ..flows.quarantine import PLACES as EVENT_PLACES
from ..flows.quarantine import resend
from ..model.errors import EventRejected
from ..model.instant import format_instant
from ..ports import Parked, Ports
from .arguments import EXISTING_FILE, rules_option
from .deployed import ports_of, region_option, stack_option

PLACES = ("ingest", "fold", "relay", "fan-out", "dispatch", "feedback")


@click.command(epilog="Example: beckon quarantine --place fold --limit 5")
@click.option("--place", type=click.Choice(PLACES), default="ingest", show_default=True, help="Where it was set aside.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("--resend", "ids", metavar="ID", multiple=True, help="Take this one in again, and away from here; may be repeated.")
@click.option("--resend-all", is_flag=True, help="Take in again all that would be listed.")
@click.option("--mended", type=EXISTING_FILE, help="With one --resend: the call (JSON) in the place of what was sent.")
@stack_option
@region_option
@rules_option
def quarantine(place: str, limit: int, ids: tuple[str, ...], resend_all: bool, mended: Path | None, stack: str, region: str | None,
               rules: Path) -> None:
    """List what could not be processed, newest first, one JSON line each; it is kept for 14 days.

    With --resend or --resend-all it is taken in again, as of when it first came: from `ingest` into the log of events, from `fold` into
    the customer's state, by the folder of rules given here, from `feedback` what a provider told of a message. What still cannot be used
    stays, with the reason.
    """
    ports = ports_of(stack, region, rules)
    if mended and len(ids) != 1:
        raise click.UsageError("--mended goes with exactly one --resend ID")
    if ids or resend_all:
        if place not in EVENT_PLACES:
            raise click.UsageError(f"what {place} set aside is no event; --resend goes with --place {' or '.join(EVENT_PLACES)}")
        chosen = ports.parking.parked(place, limit) if resend_all else [_get(ports, place, parked_id) for parked_id in ids]
        sys.exit(1 if resend_each(ports, chosen, mended.read_text("utf-8") if mended else None) else 0)
    for parked in ports.parking.parked(place, limit):
        click.echo(json.dumps({"at": format_instant(parked.at), "place": parked.place, "id": parked.id, "reason": parked.reason,
                               "body": parked.body}, ensure_ascii=False))


def resend_each(ports: Ports, chosen: list[Parked], mended: str | None) -> int:
    """Take these in again and say what became of each; returns how many still cannot be used."""
    left = 0
    for parked in chosen:
        try:
            resend(ports, parked, mended)
            click.echo(f"{parked.id}: taken in")
        except EventRejected as error:
            left += 1
            click.echo(f"{parked.id}: {error.code}: {error}", err=True)
    click.echo(f"{len(chosen) - left} taken in, {left} left")
    return left


def _get(ports: Ports, place: str, parked_id: str) -> Parked:
    parked = ports.parking.get(place, parked_id)
    if parked is None:
        raise click.ClickException(f"{place} set nothing aside with the id {parked_id}; `beckon quarantine --place {place}` lists it")
    return parked
