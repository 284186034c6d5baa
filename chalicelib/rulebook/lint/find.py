"""find: everything wrong with a rules folder, each finding once, in the order of files and lines."""

from pathlib import Path
from typing import Any

from ...model.errors import RuleInvalid
from ...model.spot import Spot
from ..loading import missing_references, read_contents
from .book import Book, conditions_in
from .registry import CHECKS, KINDS
from .seen import Seen


def find_all(folder: Path, seen: Seen | None = None) -> list[RuleInvalid]:
    """Errors and remarks. Of files that cannot be read only that is said; the others are looked at as if those were not there."""
    contents, findings = read_contents(folder)
    whole = not findings
    findings += missing_references(folder, contents)
    rulebook = contents.rulebook("")  # which is not asked for
    if rulebook is not None:
        book = Book(folder, rulebook, whole, tuple(conditions_in(folder, rulebook)), seen)
        for check in CHECKS:
            findings += check(book)
    return sorted(findings, key=lambda found: (found.at or Spot(found.place), found.code))


def level_of(found: RuleInvalid) -> str:
    """`error` or `remark`."""
    return KINDS[found.code].level


def document_of(found: RuleInvalid, level: str | None = None) -> dict[str, Any]:
    """A finding as editors and callers over HTTP read it; `level` where it is not one of the linter's."""
    at = found.at or Spot(found.place)
    return {"level": level or level_of(found), "code": found.code, "file": at.file, "line": at.line, "column": at.column,
            "endLine": at.end_line, "endColumn": at.end_column, "place": found.place, "problem": found.problem, "mend": found.mend}


def find_problems(folder: Path, seen: Seen | None = None) -> list[RuleInvalid]:
    """What must be mended."""
    return [found for found in find_all(folder, seen) if level_of(found) == "error"]


def find_remarks(folder: Path, seen: Seen | None = None) -> list[RuleInvalid]:
    """What a folder's rules mean otherwise than they read, or do not need; nothing is wrong with them."""
    return [found for found in find_all(folder, seen) if level_of(found) == "remark"]
