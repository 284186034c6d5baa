"""Below the flows there is no clock, no chance, no environment, no I/O and no log, and in the flows only what comes through ports."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from .ambience import offences, offences_of

ROOT = Path(__file__).resolve().parents[2]
PURE = ("model", "conditions", "triggers", "policies", "channels", "rulebook", "engine", "flows", "backtest")
READERS = (  # the marketers' folder and recorded events
    "rulebook/coupon_files.py", "rulebook/loading.py", "rulebook/rule_files.py", "backtest/recording.py")
CODE = ("app.py", "chalicelib", "local", "simulators", "tests", "bench")
VAGUE = frozenset({"utils", "util", "helpers", "helper", "manager", "common", "base", "misc"})
MOST_LINES = 300

OFFENCES = {
    "import time\nnow = time.time()": ["1: time"],
    "from time import time": ["1: time"],
    "from datetime import datetime\nnow = datetime.now()": ["2: datetime.now"],
    "import datetime\nnow = datetime.datetime.utcnow()": ["2: datetime.utcnow"],
    "from datetime import date\ntoday = date.today()": ["2: date.today"],
    "import random": ["1: random"],
    "from secrets import token_hex": ["1: secrets"],
    "import uuid\nname = uuid.uuid4()": ["2: uuid.uuid4"],
    "from uuid import uuid1": ["1: uuid.uuid1"],
    "import os\nstage = os.environ['STAGE']": ["2: os.environ"],
    "from os import getenv": ["1: os.getenv"],
    "def read():\n    return open('rules.json')": ["2: open"],
    "from pathlib import Path\ntext = Path('rules.json').read_text()": ["2: read_text"],
    "import boto3.session": ["1: boto3.session"],
    "def call():\n    import urllib3": ["2: urllib3"],
    "import logging": ["1: logging"],
    "print('sent')": ["1: print"],
    "import socket, requests": ["1: requests", "1: socket"],
}


def python_files(*rooms: str) -> Iterator[Path]:
    """Every Python file of these rooms."""
    for room in rooms:
        place = ROOT / room
        yield from [place] if place.is_file() else sorted(place.rglob("*.py"))


@pytest.mark.parametrize("source", OFFENCES)
def test_an_offence_is_found(source: str) -> None:
    assert offences(source) == OFFENCES[source]


def test_what_only_looks_like_an_offence_is_none() -> None:
    innocent = "from datetime import datetime, timedelta\ndef later(now: datetime, opened: int):\n    return now + timedelta(opened)\n"
    assert offences(innocent) == []
    assert offences("text = place.read_text()", may_read_files=True) == []


@pytest.mark.parametrize("room", PURE)
def test_a_room_is_pure(room: str) -> None:
    files = list(python_files(f"chalicelib/{room}"))
    assert files, f"chalicelib/{room} is gone: take it out of this list"
    readers = {ROOT / "chalicelib" / reader for reader in READERS}
    assert [offence for path in files for offence in offences_of(path, may_read_files=path in readers)] == []


def test_no_error_is_passed_over_in_silence() -> None:
    silent = [f"{path}:{node.lineno}" for path in python_files(*CODE) for node in ast.walk(ast.parse(path.read_text("utf-8")))
              if isinstance(node, ast.ExceptHandler) and all(isinstance(line, ast.Pass) or _says_nothing(line) for line in node.body)]
    assert silent == []


def _says_nothing(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def test_every_file_says_what_it_is_and_is_taken_in_at_a_glance() -> None:
    for path in python_files(*CODE):
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= MOST_LINES, f"{path} is more than one thing: take it apart"
        assert path.stem not in VAGUE, f"{path} says nothing about what is in it"
        assert path.parent.name not in VAGUE
    for path in python_files("app.py", "chalicelib", "local", "simulators"):
        if path == ROOT / "chalicelib/__init__.py":
            continue  # it bears the product's name
        docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        name = path.parent.name if path.stem == "__init__" else path.stem.replace("_", " ")
        said = docstring.partition(":")[0].replace("_", " ").replace("-", " ")
        assert said == name.replace("_", " "), f"{path} begins with {docstring[:40]!r} instead of `{name}: what it is`"
