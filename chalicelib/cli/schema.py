"""schema: writes the JSON Schemas that editors use."""

from pathlib import Path

import click

from ..rulebook.loading import schema_path
from ..rulebook.schema import SCHEMAS, schema_text
from .arguments import rules_argument


@click.command(epilog="Example: beckon schema rules")
@rules_argument
def schema(folder: Path) -> None:
    """Write DIR/schema/*.schema.json for this version of Beckon."""
    for path in write_schemas(folder):
        click.echo(str(path))


def write_schemas(folder: Path) -> list[Path]:
    """The files, written; rules name them for editors."""
    (folder / "schema").mkdir(exist_ok=True)
    paths = {schema_path(folder, name): model for name, model in SCHEMAS.items()}
    for path, model in paths.items():
        path.write_text(schema_text(model), "utf-8")
    return list(paths)
