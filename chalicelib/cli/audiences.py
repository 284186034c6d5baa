"""audiences: who is in the audiences of a running engine, counted, and exported for advertising platforms."""

import csv
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
from rich.console import Console
from rich.progress import Progress, TextColumn

from ..model.hashed import COLUMNS, PLATFORMS, Platform
from .arguments import OUTPUT
from .endpoint import Endpoint, endpoint_option, key_option


@click.group(name="audience", invoke_without_command=True, epilog="Example: beckon audience")
@endpoint_option
@key_option
@click.pass_context
def audience(context: click.Context, endpoint: str, key: str) -> None:
    """List the audiences of a running engine, and how many customers are in each."""
    if context.invoked_subcommand is None:
        door = Endpoint(endpoint, key)
        for found in door.get("/v1/audiences", pause=time.sleep)["audiences"]:
            inside = sum(page["members"] for page in _pages(door, found["id"], PLATFORMS[0]))
            click.echo(f"{found['id']}: {inside} customers - {found['description'] or found['condition']}")


@audience.command(epilog="Example: beckon audience export regulars --platform meta --output regulars.csv")
@click.argument("name", metavar="AUDIENCE")
@click.option("--platform", type=click.Choice(PLATFORMS), default=PLATFORMS[0], show_default=True, help="In whose form.")
@click.option("--output", type=OUTPUT, help="The file to write; without it, standard output.")
@endpoint_option
@key_option
def export(name: str, platform: Platform, output: Path | None, endpoint: str, key: str) -> None:
    """Write the hashed e-mail addresses and phone numbers of an audience as CSV.

    Only of those who agreed to the channel `ads`, in general or for this audience; how many did not is told.
    """
    pages = _pages(Endpoint(endpoint, key), name, platform)
    first = next(pages)  # an audience that is not there leaves no empty file
    if output is None:
        _write(sys.stdout, first, pages, platform)
    else:
        with output.open("w", encoding="utf-8", newline="") as file:
            _write(file, first, pages, platform)


def _write(file: Any, first: dict[str, Any], pages: Iterator[dict[str, Any]], platform: Platform) -> None:
    writer = csv.writer(file)
    writer.writerow(COLUMNS[platform])
    given = withheld = looked_at = 0
    with Progress(TextColumn("{task.description}"), console=Console(stderr=True), transient=True,
                  disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("")
        for page in (first, *pages):
            writer.writerows((row["email"], row["phone"]) for row in page["identifiers"])
            given, withheld = given + page["members"] - page["withheld"], withheld + page["withheld"]
            looked_at += page["customers"]
            progress.update(task, description=f"{looked_at} customers looked at, {given} written")
    click.echo(f"{given} customers written, {withheld} left out who did not agree to ads", err=True)


def _pages(door: Endpoint, name: str, platform: Platform) -> Iterator[dict[str, Any]]:
    after = ""
    while True:
        page = door.get(f"/v1/audiences/{quote(name, safe='')}/members?platform={platform}{after}", pause=time.sleep)
        yield page
        if page["next"] is None:
            return
        after = f"&after={quote(page['next'], safe='')}"
