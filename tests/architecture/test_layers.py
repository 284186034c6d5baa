"""Imports point one way. The contracts stand in pyproject.toml, where people look for them; here they are kept."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINTER = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True, config_filename={!r}))"
UPSIDE_DOWN = """
[importlinter]
root_package = chalicelib

[importlinter:contract:1]
name = upside down
type = layers
layers =
    chalicelib.model
    chalicelib.engine
"""


def linted(config: Path) -> subprocess.CompletedProcess[str]:
    """What the linter says of the code under a configuration."""
    return subprocess.run([sys.executable, "-c", LINTER.format(str(config))], cwd=ROOT, capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"})


def test_imports_point_one_way() -> None:
    report = linted(ROOT / "pyproject.toml")
    assert report.returncode == 0, report.stdout
    assert "0 broken" in report.stdout and "3 kept" in report.stdout


def test_a_house_upside_down_would_be_noticed(tmp_path: Path) -> None:
    config = tmp_path / "upside_down.ini"
    config.write_text(UPSIDE_DOWN)
    report = linted(config)
    assert report.returncode == 1 and "upside down BROKEN" in report.stdout

