"""main: the `beckon` command and the list of its subcommands, each loaded when it is called."""

import importlib
import sys

import click

from ..model.errors import BeckonError

COMMANDS = {
    "run": "run", "lint": "lint", "test": "examples", "eval": "evaluate", "schema": "schema", "backtest": "backtest", "explain": "explain",
    "quarantine": "quarantine", "replay": "replay", "unknown": "unknown", "package": "deployment", "deploy": "deployment",
    "source": "sources", "import": "imports", "audience": "audiences",
    "secret": "secret", "publish": "publishing", "rollback": "publishing", "pause": "publishing", "fetch": "publishing",
}


class Beckon(click.Group):
    """Loads only the command that is called, so that each starts fast."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f".{COMMANDS[name]}", __package__)
        command: click.Command = getattr(module, name if hasattr(module, name) else f"{name}_command")
        return command


@click.group(cls=Beckon, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def beckon() -> None:
    """Beckon: personal offers at the right moment, once, and silence with a reason."""


def main() -> None:
    """The console script: 0 success, 1 findings, 2 misuse; an error is one line."""
    try:
        beckon.main(standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (BeckonError, OSError) as error:
        click.echo(f"beckon: {error}", err=True)
        sys.exit(2)
