"""replay: feeds the engine again from the events table."""

import click

from ..flows.replay import replay as replay_since
from .arguments import Moment


@click.command(epilog="Example: beckon replay --since 2026-03-01T09:00:00Z")
@click.option("--since", type=Moment(), required=True, help="Events received since this moment.")
def replay(since: int) -> None:
    """Fold every event received since a moment again, for when a stream was lost. What is known already changes nothing.

    Works on the deployment whose tables stand in the environment (EVENTS_TABLE and so on).
    """
    from ..bootstrap import ports  # binds to AWS when called, not before

    counts = replay_since(ports(), since)
    click.echo(f"{counts['events']} events of {counts['customers']} customers folded again")
