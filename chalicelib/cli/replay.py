"""replay: feeds the engine again from the events table."""

from pathlib import Path

import click

from ..flows.replay import replay as replay_since
from .arguments import Moment, rules_option
from .deployed import ports_of, region_option, stack_option


@click.command(epilog="Example: beckon replay --since 2026-03-01T09:00:00Z --stack beckon-prod")
@click.option("--since", type=Moment(), required=True, help="Events received since this moment.")
@stack_option
@region_option
@rules_option
def replay(since: int, stack: str, region: str | None, rules: Path) -> None:
    """Fold every event received since a moment again, for when a stream was lost. What is known already changes nothing.

    Decides by the rules of the folder given here: take those that are deployed. Events of more than three days ago may be known no
    more; those are left out and counted. After a restore from a backup, replay since the moment it was restored to: whoever was
    erased after that is erased again.
    """
    counts = replay_since(ports_of(stack, region, rules), since)
    click.echo(f"{counts['events']} events of {counts['customers']} customers read again, {counts['forgotten']} too old to tell, "
               f"{counts['erased']} tombstones applied again")
