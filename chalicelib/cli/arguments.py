"""arguments: what several commands take, read the same way everywhere."""

from pathlib import Path
from typing import Any

import click

from ..model.instant import parse_duration, parse_instant

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, writable=True, path_type=Path)
rules_option = click.option("--rules", type=FOLDER, default=Path("rules"), show_default=True, help="The rules folder.")
rules_argument = click.argument("folder", metavar="[DIR]", type=FOLDER, default=Path("rules"))


class Moment(click.ParamType[int]):
    """A moment, ISO 8601; words that the command allows stay words."""

    name = "moment"

    def __init__(self, *words: str) -> None:
        self.words = words

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        moment = value if isinstance(value, int) or value in self.words else parse_instant(value)
        if moment is None:
            self.fail(f"{value!r} is not a moment; write 2026-03-01T09:00:00Z{''.join(f' or {word}' for word in self.words)}", param, ctx)
        return moment


class Span(click.ParamType[int]):
    """A duration: 90m, 24h."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return value if isinstance(value, int) else parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


