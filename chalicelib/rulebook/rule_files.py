"""rule_files: which files of a rules folder make its rulebook, by their places in it."""

import re
from pathlib import Path

from ..model.publication import What

BRAND_FILE, IDENTIFIERS_FILE = "brand.json", "identifiers.json"
TEMPLATES, AUDIENCES = "templates", "audiences"
MOST_FILES = 50_000
NO_RULES = frozenset({"brand", "identifiers", "lint"})  # files of their own, and POST /v1/rules/lint: such a rule would have no address

_NAME = r"[a-z0-9][a-z0-9_-]{0,63}"
_PLACES: tuple[tuple[What, re.Pattern[str]], ...] = (
    ("brand", re.compile(r"(brand)\.json")), ("identifiers", re.compile(r"(identifiers)\.json")), ("rule", re.compile(rf"({_NAME})\.json")),
    ("audience", re.compile(rf"{AUDIENCES}/({_NAME})\.json")),
    ("template", re.compile(rf"{TEMPLATES}/({_NAME})/[A-Za-z0-9][A-Za-z0-9_.-]{{0,99}}\.liquid")),
)


def is_rule_file(path: str) -> bool:
    """Whether a rulebook may have a file at this place. One that is such a place leads nowhere else on a disk."""
    return any(pattern.fullmatch(path) for _, pattern in _PLACES)


def place_of(path: str) -> tuple[What, str]:
    """What a file is part of, and its name. ValueError: no rulebook has such a file."""
    for what, pattern in _PLACES:
        if found := pattern.fullmatch(path):
            return what, found[1]
    raise ValueError(f"{path!r} is no file of a rulebook")


def rule_file(rule: str) -> str:
    """The file of a rule."""
    return f"{rule}.json"


def name_taken(rule: str) -> str:
    """What to say of a rule whose id is one of `NO_RULES`."""
    return f"{rule!r} is the name of something else - call the rule otherwise, for example \"{rule}-rule\""


def files_in(folder: Path) -> dict[str, str]:
    """The texts of these files in a folder, by their places. UnicodeDecodeError for what is not UTF-8."""
    found = [*folder.glob("*.json"), *(folder / AUDIENCES).glob("*.json"), *(folder / TEMPLATES).glob("*/*.liquid")]
    places = {path.relative_to(folder).as_posix(): path for path in sorted(found)}
    return {place: path.read_text("utf-8-sig") for place, path in places.items() if is_rule_file(place)}
