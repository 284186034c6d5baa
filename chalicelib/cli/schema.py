"""schema: writes the JSON Schemas that editors use."""

from pathlib import Path

import click

from ..rulebook.schema import SCHEMAS, schema_text
from .arguments import rules_argument


@click.command(epilog="Example: beckon schema rules")
@rules_argument
def schema(folder: Path) -> None:
    """Write DIR/schema/*.schema.json for this version of Beckon."""
    (folder / "schema").mkdir(exist_ok=True)
    for name, model in SCHEMAS.items():
        path = folder / "schema" / f"{name}.schema.json"
        path.write_text(schema_text(model), "utf-8")
        click.echo(str(path))
