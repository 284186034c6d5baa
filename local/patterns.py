"""patterns: the event filter patterns of Lambda, as far as templates here use them.

Source: "Filter rule syntax" in the AWS Lambda developer guide (Control which events Lambda sends to your function). A pattern is a
JSON object whose leaves are lists of what a value may be: a literal, or one of the operators `exists`, `prefix`, `anything-but`,
`numeric`. Anything else is an error here, so that no filter can be silently wrong.
"""

import json
import operator
from collections.abc import Callable
from typing import Any

Matcher = Callable[[Any], bool]
_ABSENT = object()
_COMPARE = {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class PatternUnknown(Exception):
    """A filter pattern uses something this file does not implement."""


def compile_filters(criteria: dict[str, Any] | None) -> Matcher:
    """Whether a record passes `FilterCriteria`: at least one filter matches; without any filter everything passes."""
    filters = [compile_pattern(json.loads(entry["Pattern"])) for entry in (criteria or {}).get("Filters", [])]
    return lambda record: not filters or any(matches(record) for matches in filters)


def compile_pattern(pattern: Any) -> Matcher:
    """The test a pattern stands for. PatternUnknown for what is not implemented."""
    if isinstance(pattern, list):
        options = [_option(entry) for entry in pattern]
        return lambda value: any(holds(value) for holds in options)
    if not isinstance(pattern, dict):
        raise PatternUnknown(f"{pattern!r}: the leaf of a filter pattern is a list")
    if "$or" in pattern:
        raise PatternUnknown("$or is not implemented")
    fields = {name: compile_pattern(inner) for name, inner in pattern.items()}

    def all_fields(value: Any) -> bool:
        document = value if isinstance(value, dict) else {}
        return all(holds(document.get(name, _ABSENT)) for name, holds in fields.items())

    return all_fields


def _option(entry: Any) -> Matcher:
    if entry is None or isinstance(entry, (str, int, float, bool)):
        return lambda value: type(value) is type(entry) and value == entry
    match entry:
        case {"exists": bool(wanted)}:
            return lambda value: (value is not _ABSENT) is wanted
        case {"prefix": str(start)}:
            return lambda value: isinstance(value, str) and value.startswith(start)
        case {"anything-but": list(unwanted)}:
            return lambda value: value is not _ABSENT and value not in unwanted
        case {"numeric": list(terms)} if len(terms) in (2, 4) and all(sign in _COMPARE for sign in terms[::2]):
            tests = list(zip(terms[::2], terms[1::2], strict=True))
            return lambda value: isinstance(value, (int, float)) and all(_COMPARE[sign](value, bound) for sign, bound in tests)
    raise PatternUnknown(f"the operator {json.dumps(entry)} of a filter pattern is not implemented")
