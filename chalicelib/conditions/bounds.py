"""bounds: how large a condition may be. Some expressions of 200 characters would run for minutes.

What they cost on a document is counted when they run (`steps.STEPS`).
"""

from typing import Any

from ..model.errors import ConditionInvalid

MOST_CHARACTERS = 500
MOST_NODES = 120
MOST_BRACKETS = 100
MOST_DEPTH = 24  # a row of `&&` or `||` is no deeper than its deepest part
_DOUBLING = MOST_NODES // 3  # a flattened multi-select may double its input: a few of them are the most there can be


def check_text(text: str) -> None:
    """ConditionInvalid when a text is too long, or has so many brackets that reading it could take the whole stack."""
    if len(text) > MOST_CHARACTERS:
        raise ConditionInvalid("condition", f"{len(text)} characters are too many", f"keep it within {MOST_CHARACTERS}", kind="too-costly")
    nesting = sum(map(text.count, "([{*!&")) - text.count("!=") - 2 * text.count("&&")
    if nesting > MOST_BRACKETS:
        raise ConditionInvalid(f"condition {text[:40]!r}...", f"it is nested too deeply: {nesting} brackets, stars and the like",
                               f"take it apart, keep it within {MOST_BRACKETS}", kind="too-costly")


def check_size(text: str, parsed: dict[str, Any]) -> None:
    """ConditionInvalid when a parsed expression has too many parts or is too deep."""
    nodes, depth = _measure(parsed)
    if nodes > MOST_NODES or depth > MOST_DEPTH:
        raise ConditionInvalid(f"condition {text[:40]!r}...", f"it has {nodes} parts, {depth} deep",
                               f"keep it within {MOST_NODES} parts, {MOST_DEPTH} deep", kind="too-costly")


def _measure(node: dict[str, Any]) -> tuple[int, int]:
    nodes, deepest, kind = 1, 0, node["type"]
    for child in node["children"]:
        if isinstance(child, dict):
            below, depth = _measure(child)
            nodes += below
            deepest = max(deepest, depth - (kind in ("or_expression", "and_expression") and child["type"] == kind))
    if kind == "flatten" and _ends_in_multiselect(node["children"][0]):
        nodes += _DOUBLING
    return nodes, deepest + 1


def _ends_in_multiselect(node: dict[str, Any]) -> bool:
    while node["type"] in ("subexpression", "projection", "pipe") and node["children"]:
        node = node["children"][-1]
    return node["type"] == "multi_select_list"
