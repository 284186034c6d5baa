"""published_note: what a rules folder remembers of the engines it was published to or fetched from, in its file `.published.json`.

It belongs to the folder and goes with it: whoever takes over the folder takes over what its edits began with.
"""

import json
from collections.abc import Mapping
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


def read_sent(folder: Path, endpoint: str) -> str | None:
    """The hash of the files that were last sent to the engine at an address, whose answer never came; None: there are none."""
    found = _read(folder).get(endpoint.rstrip("/"))
    sent = found.get("sent") if isinstance(found, dict) else None
    return sent if isinstance(sent, str) else None


def write_sent(folder: Path, endpoint: str, files: Mapping[str, str]) -> None:
    """Remember that these files of the folder are about to be published there: whoever dies on the way finds it again."""
    document = _read(folder)
    known = document.get(endpoint.rstrip("/"))
    _write(folder, {**document, endpoint.rstrip("/"): {**(known if isinstance(known, dict) else {}), "sent": name_of(files)}})


def write_note(folder: Path, endpoint: str, number: int, rulebook: str, files: Mapping[str, str]) -> None:
    """Remember that the folder, with these files, is the same as a rulebook that was put into force there."""
    note = {"number": number, "rulebook": rulebook, "files": name_of(files)}
    _write(folder, {**_read(folder), endpoint.rstrip("/"): note})


def hash_of(folder: Path) -> str:
    """The name of the folder's files as they are."""
    return name_of(files_in(folder))


def name_of(files: Mapping[str, str]) -> str:
    """The name of files as they are, whatever the versions of their rules."""
    return Bundle(files).name


def _write(folder: Path, document: dict[str, object]) -> None:
    """Whole or not at all."""
    (folder / f"{NOTE}.new").write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    (folder / f"{NOTE}.new").replace(folder / NOTE)


def _read(folder: Path) -> dict[str, object]:
    try:
        found = json.loads((folder / NOTE).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
