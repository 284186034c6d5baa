"""unseen: what a condition asks for and never sees, and what its writer may have meant by it."""

from difflib import get_close_matches
from typing import Any

from .arguments import nodes_of
from .located import parse_located
from .mistakes import root_nodes
from .refusal import Mistake

_CONSTANTS = ("true", "false", "null")


def unseen_root(text: str, sees: tuple[str, ...], mend: str) -> Mistake:
    """The first name a text starts from that is not among what it sees. There must be one."""
    parsed = parse_located(text)
    node = next(node for node in root_nodes(parsed) if node["value"] not in sees)
    name, start, end = node["value"], node["start"], node["end"]
    if text[start] == '"':
        return Mistake("condition-text", f"{text[start:end]} in double quotes is the name of a field", f"write '{name}' for a text",
                       start, end)
    if name.lower() in _CONSTANTS:
        return Mistake("condition-text", f"{name} alone is the name of a field", f"write `{name.lower()}`", start, end)
    problem = f"asks for {name!r}, but sees only {', '.join(sees)}"
    meant = get_close_matches(name, sees, 1, 0.7)
    if meant:
        mend = f"did you mean {meant[0]}?"
    elif _is_compared(parsed, node):
        mend = f"write '{name}' for a text"
    return Mistake("condition-root", problem, mend, start, end)


def _is_compared(parsed: dict[str, Any], name: dict[str, Any]) -> bool:
    """Whether a bare name is one side of a comparison, or given to a function beside others."""
    return any(child is name for node in nodes_of(parsed) if node["type"] == "comparator" for child in node["children"][1:]) or any(
        child is name for node in nodes_of(parsed) if node["type"] == "function_expression" for child in node["children"][1:])
