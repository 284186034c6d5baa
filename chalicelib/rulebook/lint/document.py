"""document: a finding as JSON, for editors and over HTTP."""

from pathlib import Path
from typing import Any

from ...model.errors import RuleInvalid
from ...model.spot import Spot
from .find import level_of


def document_of(found: RuleInvalid, folder: Path | None = None, level: str | None = None) -> dict[str, Any]:
    """All that is known of a finding; with a `folder`, files are called as they are in it; `level` where it is none of the
    linter's."""
    at = found.at or Spot(found.place)
    before = "" if folder is None else f"{folder}/"
    return {"level": level or level_of(found), "code": found.code, "file": at.file.removeprefix(before), "line": at.line,
            "column": at.column, "endLine": at.end_line, "endColumn": at.end_column, "place": found.place.removeprefix(before),
            "problem": found.problem, "mend": found.mend}
