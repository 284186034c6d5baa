"""rulebook_body: the files of a rulebook in the body of a request, and pages of them in answers."""

from collections.abc import Mapping
from typing import Any

from ..model.errors import EventRejected
from ..rulebook.rule_files import MOST_FILES, is_rule_file

MOST_BYTES = 24 * 1024 * 1024  # after decompression; API Gateway takes 10 MB, Lambda 6, so a large rulebook comes as gzip
PAGE_BYTES = 3_000_000


def files_of(document: Mapping[str, Any]) -> dict[str, str]:
    """The files in `files`, by their places in the rules folder. EventRejected: they are none, or no rulebook has one."""
    files = document.get("files")
    if not isinstance(files, dict) or len(files) > MOST_FILES:
        raise EventRejected("invalid_files", f"`files` has the texts of at most {MOST_FILES} files by their places in the rules folder")
    for path, text in files.items():
        if not is_rule_file(path):
            raise EventRejected("invalid_files", f"{path[:100]!r} is no file of a rulebook - rules are small letters, digits, `-` and `_`")
        if not isinstance(text, str) or not _is_utf8(text):
            raise EventRejected("invalid_files", f"{path}: is no text")
    return files


def page_of(files: Mapping[str, str], after: str | None) -> tuple[dict[str, str], str | None]:
    """The files after a place, as many as an answer may have, and where to go on (None: that was all)."""
    page: dict[str, str] = {}
    size = 0
    for path, text in sorted(files.items()):
        if after is not None and path <= after:
            continue
        size += len(text.encode()) + len(path)
        if page and size > PAGE_BYTES:
            return page, max(page)
        page[path] = text
    return page, None


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which JSON allows
        return False
    return True
