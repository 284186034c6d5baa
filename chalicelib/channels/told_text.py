"""told_text: what a provider tells, read as JSON. Nothing in it is taken on trust: neither its form nor how long its texts are."""

import json
from typing import Any

from ..model.errors import EventRejected

Document = dict[str, Any]


def read_document(text: str, told: str) -> Document:
    """The JSON object in a text. EventRejected (`invalid_json`, `not_an_object`) says so of `told`: "what SNS tells"."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise EventRejected("invalid_json", f"{told} is no JSON") from None
    if not isinstance(found, dict):
        raise EventRejected("not_an_object", f"{told} is no JSON object")
    return found


def some_text(said: Any, longest: int) -> str | None:
    """A text of at least one character, cut off after the `longest`; None for what is none."""
    return said[:longest] if isinstance(said, str) and said else None
