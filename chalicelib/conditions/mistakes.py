"""mistakes: conditions that parse and cannot mean what was meant. Refused when a rule is read: at run time they would just be silent."""

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from .argument_mistakes import find_argument_mistake, written_as
from .arguments import nodes_of
from .functions import TAKES, Functions, check_calls
from .refusal import Mistake

_STEPS = frozenset({"subexpression", "index_expression", "projection", "value_projection", "filter_projection", "flatten"})
_NAMED_OTHERWISE = {"len": "length", "size": "length", "count": "length", "lowercase": "lower", "average": "avg", "mean": "avg", "number":
                    "to_number", "int": "to_number", "string": "to_string", "str": "to_string", "startswith": "starts_with", "endswith":
                    "ends_with", "includes": "contains", "has": "contains", "in": "contains", "today": "local_date", "now": "local_date",
                    "date": "local_date", "age": "years_since", "bought": "happened", "viewed": "happened", "did": "happened"}
_ABOUT_PAST = {(name, count): "happened" for name in ("count", "bought", "viewed", "did", "times") for count in (2, 4)}


def find_mistake(parsed: dict[str, Any], text: str = "") -> Mistake | None:
    """What is wrong with a parsed expression and how to mend it, None when nothing is. Of a tree with places, and the text it was parsed
    from, it says the place too, and mends with the text's own words."""
    for node in nodes_of(parsed):
        children = node["children"]
        if node["type"] in _STEPS and children and children[0].get("type") == "not_expression":
            return _at(node, Mistake("condition-not", "`!` takes only the name right after it",
                                     "write !(customer.blocked) instead of !customer.blocked"))
        if node["type"] == "function_expression":
            mistake = _call_mistake(node, text)
            if mistake is not None:
                name_only = mistake.code == "condition-function" and "start" in node
                return _at({**node, "end": node["start"] + len(node["value"])} if name_only else node, mistake)
    for node in reversed(list(nodes_of(parsed))):  # a call within another comes before it
        if node["type"] == "function_expression":
            mistake = find_argument_mistake(node, text) if "start" in node else None
            if mistake is not None:
                return mistake
            try:
                check_calls(node)
            except ValueError as error:
                problem, _, mend = str(error).replace("; write", " - write").partition(" - ")
                return _at(node, Mistake("condition-past", problem, mend or "write a time like 7d or 24h"))
    return None


def _call_mistake(node: dict[str, Any], text: str) -> Mistake | None:
    """What is wrong with a call of a function: its name, or how many things it is given."""
    name, given = node["value"], len(node["children"])
    known = Functions.FUNCTION_TABLE.get(name)
    if known is None:
        asked = _ABOUT_PAST.get((name.lower(), given))
        if asked and "start" in node:
            return Mistake("condition-function", f"there is no function {name}()", f"did you mean {written_as(asked, node, text)}?")
        meant = asked or _NAMED_OTHERWISE.get(name.lower()) or next(iter(get_close_matches(name, Functions.FUNCTION_TABLE, 1, 0.7)), None)
        return Mistake("condition-function", f"there is no function {name}()", f"did you mean {meant}()?" if meant else
                       "see rules/README.md under Conditions for those there are")
    signature = known["signature"]
    more = bool(signature) and bool(signature[-1].get("variadic"))
    if given == len(signature) or (more and given > len(signature)):
        return None
    wanted = TAKES.get(name) or (f"{len(signature)} or more" if more else str(len(signature)))
    return Mistake("condition-arguments", f"{name}() takes {wanted}, not {given}", "add or take away what is between the brackets")


def _at(node: dict[str, Any], mistake: Mistake) -> Mistake:
    return replace(mistake, start=node["start"], end=node["end"]) if "start" in node else mistake


def roots(parsed: dict[str, Any]) -> set[str]:
    """The names an expression starts from: `cart` and `customer` for `cart.value > customer.limit`."""
    return {node["value"] for node in root_nodes(parsed)}


def root_nodes(parsed: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The nodes of the names an expression starts from."""
    return (node for node in root_expressions(parsed) if node["type"] == "field")


def root_expressions(parsed: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An expression and those within it that are asked of the same as the whole."""
    yield parsed
    children = [child for child in parsed["children"] if isinstance(child, dict)]
    if parsed["type"] in _STEPS or parsed["type"] == "pipe":
        yield from root_expressions(children[0])  # what follows is asked of what came out of it
    elif parsed["type"] != "expref":  # which is asked of each entry of a list
        for child in children:
            yield from root_expressions(child)

