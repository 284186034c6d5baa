"""run: the whole engine on this machine, on moto, in one process."""

import errno
from pathlib import Path

import click

from .arguments import OUTPUT, rules_option


@click.command(epilog="Example: beckon run --demo")
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="Where to listen, on this machine only.")
@rules_option
@click.option("--demo", is_flag=True, help="Play a shop's day in about a minute, then stay up.")
@click.option("--save", type=OUTPUT, help="Keep the demo's events in a file that the backtest reads.")
def run(port: int, rules: Path, demo: bool, save: Path | None) -> None:
    """Start Beckon without an AWS account: HTTP, tables, streams, queues, timers and an inbox page in one process."""
    from local.run import run as run_locally  # moto and what hangs on it are loaded only here

    try:
        run_locally(port, rules, demo, save)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise click.ClickException(f"port {port} is taken - choose another, for example --port {port + 1}") from error
