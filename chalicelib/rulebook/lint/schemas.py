"""schemas: the generated schemas, where the folder has them, must be those of this version: an editor would explain what is not so."""

import json
from collections.abc import Iterator

from ...model.errors import RuleInvalid
from ..loading import schema_path
from ..places import problem_of, text_of
from ..schema import SCHEMAS, schema_text
from .book import Book


def find(book: Book) -> Iterator[RuleInvalid]:
    """Schemas that are not."""
    for name, model in SCHEMAS.items():
        stored = text_of(schema_path(book.folder, name))
        if stored is not None and not _is_of_this_version(stored, schema_text(model)):
            yield problem_of(schema_path(book.folder, name), "schema-outdated", "is of another version",
                             "run `beckon schema` to write it anew")


def _is_of_this_version(stored: str, wanted: str) -> bool:
    try:
        return bool(json.loads(stored) == json.loads(wanted))
    except ValueError:
        return False
