"""truth: conditions, or parts of them, that can never hold and that always do."""

from collections.abc import Iterator

from ...conditions.arguments import nodes_of
from ...conditions.condition import condition
from ...conditions.functions import OURS
from ...conditions.mistakes import root_expressions
from .book import Asked
from .contradiction import contradict
from .demanded import demands_of, refusals_of
from .located_conditions import Fault, Node
from .possible import outside
from .types import Scope, shape_of


def first_settled(asked: Asked, parsed: Node, scope: Scope) -> Fault | None:
    """The first of them in a condition, the filters in it included."""
    filters = [node["children"][2] for node in nodes_of(parsed) if node["type"] == "filter_projection"]
    settled = None if asked.is_key else _judge(parsed, asked, scope)
    return settled or next(filter(None, (_judge(node, asked, {}) for node in filters)), None)


def _judge(node: Node, asked: Asked, scope: Scope, under: Node | None = None) -> Fault | None:
    """What is known of a node whose truth is asked, or of a part of it; `under`: the `!` right before it."""
    said = _without_brackets(node, asked.text)
    if _is_constant(node):
        holds = condition(said).holds({})
        word = "always" if holds else "never"
        return Fault("needless-condition" if holds else "never-holds", node, f"{said} {word} holds, whoever is asked about",
                     "take it away, or ask for something of the customer")
    if node["type"] == "not_expression":
        return _judge(node["children"][0], asked, scope, node)
    if node["type"] in ("and_expression", "or_expression"):
        parts = list(_parts(node, node["type"]))
        inner = next(filter(None, (_judge(part, asked, scope) for part in parts)), None)
        return inner or (_never_together(parts, asked) if node["type"] == "and_expression" else _always_one(parts, asked, scope))
    impossible = outside(node, said, asked.text, scope)
    if impossible is not None:
        return impossible
    shape = shape_of(node, scope)
    if shape.types == {"number"} or (node["type"] == "function_expression" and shape.types == {"number", "null"}):
        return Fault("always-holds", under or node, f"{said} is a number, and every number counts as true, 0 too",
                     _mend_number(said, under is not None, "null" in shape.types))
    if shape.types == {"object"} and shape.closed:
        return Fault("always-holds", node, f"{said} is always there", f"ask for a field of it: {', '.join(list(shape.fields or {})[:3])}")
    return None


def _without_brackets(node: Node, text: str) -> str:
    """What a part says, without brackets around the whole of it."""
    start, end = node["start"], node["end"]
    while text[start] == "(" and all(child["start"] > start for child in node["children"][:1]):
        start, end = start + 1, end - 1
    return text[start:end].strip()


def _mend_number(said: str, is_under_not: bool, may_be_null: bool) -> str:
    """A comparison to write for a number: of what gives null where nobody knows, also whether it is known."""
    known = f"{said} {'==' if is_under_not else '!='} `null` to ask whether {'nobody knows it' if is_under_not else 'it is known'}"
    if is_under_not:
        return f"write !({said} > `0`), or {known if may_be_null else f'{said} == `0`'}"
    return f"write {said} > `0`" + (f", or {known}" if may_be_null else "")


def _never_together(parts: list[Node], asked: Asked) -> Fault | None:
    """Parts joined by `&&` of which one rules out another."""
    for number, part in enumerate(parts):
        for earlier in parts[:number]:
            if contradict((*demands_of(earlier), *demands_of(part))):
                one, other = (asked.text[node["start"]:node["end"]] for node in (part, earlier))
                return Fault("never-holds", part, f"{one} never holds together with {other}",
                             "take one of them away, or join them with ||")
    if contradict([demand for part in parts for demand in demands_of(part)]):
        return Fault("never-holds", parts[-1], "it never holds together with what stands before it", "take one of them away")
    return None


def _always_one(parts: list[Node], asked: Asked, scope: Scope) -> Fault | None:
    """Parts joined by `||` of which one always holds: they cannot all be false."""
    for number, part in enumerate(parts):
        for earlier in parts[:number]:
            if contradict((*refusals_of(earlier, scope), *refusals_of(part, scope))):
                one, other = (asked.text[node["start"]:node["end"]] for node in (part, earlier))
                return Fault("always-holds", part, f"{one} holds whenever {other} does not, so one of them always does",
                             "join them with &&, or take them away")
    return None


def _parts(node: Node, kind: str) -> Iterator[Node]:
    for child in node["children"]:
        if child["type"] == kind:
            yield from _parts(child, kind)
        else:
            yield child


def _is_constant(node: Node) -> bool:
    """Whether it asks for nothing but what is written."""
    return all(inner["type"] not in ("field", "current", "identity") for inner in root_expressions(node)) and not any(
        inner["type"] == "function_expression" and inner["value"] in OURS for inner in nodes_of(node))
