"""published_note: what a rules folder remembers of the engines it was published to or fetched from, in its file `.published.json`.

It belongs to the folder and goes with it: whoever takes over the folder takes over what its edits began with.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from ..rulebook.bundle import Bundle
from ..rulebook.rule_files import files_in

NOTE = ".published.json"


@dataclass(frozen=True, slots=True)
class Note:
    """Of one engine: the number and name of the rulebook that the folder was the same as, and the hash of its files then."""

    number: int
    rulebook: str
    files: str


def read_note(folder: Path, endpoint: str) -> Note | None:
    """What the folder knows of the engine at an address; None: nothing."""
    found = _read(folder).get(endpoint.rstrip("/"))
    try:
        return Note(int(found["number"]), str(found["rulebook"]), str(found["files"])) if isinstance(found, dict) else None
    except (KeyError, TypeError, ValueError):  # somebody has been at it: as if nothing were known
        return None


def write_note(folder: Path, endpoint: str, number: int, rulebook: str) -> None:
    """Remember that the folder is now the same as what is in force there."""
    note = {"number": number, "rulebook": rulebook, "files": hash_of(folder)}
    document = {**_read(folder), endpoint.rstrip("/"): note}
    (folder / NOTE).write_text(json.dumps(document, indent=2) + "\n", "utf-8")


def hash_of(folder: Path) -> str:
    """The name of the folder's files as they are."""
    return Bundle(files_in(folder)).name


def _read(folder: Path) -> dict[str, object]:
    try:
        found = json.loads((folder / NOTE).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
