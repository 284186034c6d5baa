"""quarantine: what was set aside, with the reason."""

import json

import click

from ..model.instant import format_instant
from ..ports import Parked

PLACES = ("ingest", "fold", "relay", "dispatch")


@click.command(epilog="Example: beckon quarantine --place fold --limit 5")
@click.option("--place", type=click.Choice(PLACES), default="ingest", show_default=True, help="Where it was set aside.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def quarantine(place: str, limit: int) -> None:
    """List what could not be processed, newest first, one JSON line each; it is kept for 14 days.

    Works on the deployment whose tables stand in the environment (PARKED_TABLE and so on).
    """
    from ..bootstrap import ports  # binds to AWS when called, not before

    for parked in ports().parking.parked(place, limit):
        click.echo(json.dumps(_line(parked), ensure_ascii=False))


def _line(parked: Parked) -> dict[str, str]:
    return {"at": format_instant(parked.at), "place": parked.place, "id": parked.id, "reason": parked.reason, "body": parked.body}
