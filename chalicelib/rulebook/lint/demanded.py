"""demanded: what a condition demands, calls included: within one condition a function that is given the same gives the same, so a call
stands for one thing as a name does."""

from ...conditions.demand import Demand
from ...conditions.demands import demands
from ...model.canonical import plain_json
from .located_conditions import Node
from .types import Scope, shape_of

_TURNED = {"lt": "gte", "gte": "lt", "gt": "lte", "lte": "gt"}


def demands_of(node: Node) -> tuple[Demand, ...]:
    """What must hold for it to be true."""
    return (*demands(node), *demands(_with_calls_named(node)))


def refusals_of(node: Node, scope: Scope) -> tuple[Demand, ...]:
    """What must hold for it not to be true. Of what is always a number, not more is less or equal; of others it may be missing."""
    if node["type"] == "comparator" and node["value"] in _TURNED and all(
            shape_of(child, scope).types == {"number"} for child in node["children"]):
        return demands_of({**node, "value": _TURNED[node["value"]]})
    return demands_of({"type": "not_expression", "children": [node]})


def _with_calls_named(node: Node) -> Node:
    children = node["children"]
    if node["type"] == "function_expression" and not (node["value"] == "contains" and children[0]["type"] in (
            "literal", "multi_select_list")):  # a choice of values, which is read as such
        given = plain_json([_plain(child) for child in children]).decode("utf-8", "surrogatepass")
        return {"type": "field", "value": f"{node['value']}({given})", "children": []}
    return {**node, "children": [_with_calls_named(child) if isinstance(child, dict) else child for child in children]}


def _plain(node: Node) -> Node:
    """Without places in the text."""
    return {name: [_plain(child) if isinstance(child, dict) else child for child in value] if name == "children" else value
            for name, value in node.items() if name not in ("start", "end")}
