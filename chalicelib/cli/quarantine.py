"""quarantine: what was set aside, with the reason."""

import json

import click

from ..model.instant import format_instant
from .deployed import ports_of, region_option, stack_option

PLACES = ("ingest", "fold", "relay", "dispatch")


@click.command(epilog="Example: beckon quarantine --place fold --limit 5")
@click.option("--place", type=click.Choice(PLACES), default="ingest", show_default=True, help="Where it was set aside.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@stack_option
@region_option
def quarantine(place: str, limit: int, stack: str, region: str | None) -> None:
    """List what could not be processed, newest first, one JSON line each; it is kept for 14 days."""
    for parked in ports_of(stack, region).parking.parked(place, limit):
        click.echo(json.dumps({"at": format_instant(parked.at), "place": parked.place, "id": parked.id, "reason": parked.reason,
                               "body": parked.body}, ensure_ascii=False))
