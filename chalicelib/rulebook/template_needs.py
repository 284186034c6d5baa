"""template_needs: what a template cannot be written without: what it prints, or goes through, whatever it was asked before.

Under an `if`, `unless` or `case` that asks for what some moments have and others do not, nothing is needed; nor is what has a `default`.
"""

from collections.abc import Iterator

from liquid import Node, RenderContext
from liquid.builtin.expressions import FilteredExpression, LoopExpression, Path
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.case_tag import CaseNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.expression import Expression

from .templates import Named, parsed, variables_of

_ALWAYS_THERE = frozenset({"customer", "cart", "brand", "locale", "unsubscribeUrl"})


def needs_of(text: str, html: bool) -> list[Named]:
    """Such variables, in order."""
    template = parsed(text, html)
    needed = set(_needed(template.nodes, RenderContext(template)))
    return [named for named in variables_of(text, html) if named.at in needed]


def _needed(nodes: list[Node], context: RenderContext) -> Iterator[int]:
    """The characters where they stand."""
    for node in nodes:
        children = list(node.children(context, include_partials=False))
        if isinstance(node, (OutputNode, ForNode)):
            yield from (path.token.start_index for path in _without_default(node.expression))
        if not (isinstance(node, (IfNode, UnlessNode, CaseNode)) and _asks_for_what_may_be_missing([node, *children])):
            yield from _needed(children, context)


def _without_default(expression: Expression) -> Iterator[Path]:
    match expression:
        case Path():
            yield expression
        case LoopExpression():
            yield from _without_default(expression.iterable)
        case FilteredExpression():
            if not any(each.name == "default" for each in expression.filters or ()):
                yield from _without_default(expression.left)


def _asks_for_what_may_be_missing(nodes: list[Node]) -> bool:
    return any(str(path.path[0]) not in _ALWAYS_THERE for node in nodes for expression in node.expressions() for path in _paths(expression))


def _paths(expression: Expression) -> Iterator[Path]:
    if isinstance(expression, Path):
        yield expression
    for child in expression.children():
        yield from _paths(child)
