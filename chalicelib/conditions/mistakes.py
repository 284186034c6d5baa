"""mistakes: conditions that parse and cannot mean what was meant. Refused when a rule is read: at run time they would just be silent."""

from typing import Any

from .arguments import nodes_of
from .functions import OURS, Functions, check_calls

_STEPS = frozenset({"subexpression", "index_expression", "projection", "value_projection", "filter_projection", "flatten"})


def find_mistake(parsed: dict[str, Any]) -> str | None:
    """What is wrong with a parsed expression and how to mend it, None when nothing is."""
    for node in nodes_of(parsed):
        children = node["children"]
        if node["type"] in _STEPS and children and children[0].get("type") == "not_expression":
            return "`!` takes only the name right after it - write !(customer.blocked) instead of !customer.blocked"
        if node["type"] == "function_expression":
            name, given = node["value"], len(children)
            known = Functions.FUNCTION_TABLE.get(name)
            if known is None:
                return (f"there is no function {name}() - there are {', '.join(OURS)}, and those of "
                        "https://jmespath.org/specification.html#built-in-functions")
            signature = known["signature"]
            more = bool(signature) and bool(signature[-1].get("variadic"))
            if given != len(signature) and not (more and given > len(signature)):
                wanted = f"{len(signature)} or more" if more else str(len(signature))
                return f"{name}() takes {wanted}, not {given} - add or take away what is between the brackets"
    try:
        check_calls(parsed)
    except ValueError as error:
        return str(error)
    return None


def roots(parsed: dict[str, Any]) -> set[str]:
    """The names an expression starts from: `cart` and `customer` for `cart.value > customer.limit`."""
    children = [child for child in parsed["children"] if isinstance(child, dict)]
    if parsed["type"] == "field":
        return {parsed["value"]}
    if parsed["type"] == "expref":
        return set()  # asked of each entry of a list
    if parsed["type"] in _STEPS or parsed["type"] == "pipe":
        return roots(children[0])  # what follows is asked of what came out of it
    return {name for child in children for name in roots(child)}
