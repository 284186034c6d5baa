"""unknown: messages whose fate nobody knows: the process died, or the answer was lost, between the call and its record."""

import json

import click

from ..model.instant import MINUTE, format_instant
from .arguments import Span
from .deployed import ports_of, region_option, stack_option


@click.command(epilog="Example: beckon unknown --older 1h")
@click.option("--older", type=Span(), default=5 * MINUTE, show_default="5m", help="Leave out what may still be under way.")
@stack_option
@region_option
def unknown(older: int, stack: str, region: str | None) -> None:
    """List messages that may or may not have been sent, one JSON line each. They are never sent again by themselves."""
    ports = ports_of(stack, region)
    for delivery in ports.deliveries.unknown(ports.clock() - older):
        click.echo(json.dumps({"at": format_instant(delivery.at), "key": delivery.key, "customer": delivery.customer,
                               "rule": delivery.rule, "channel": delivery.channel}))
