"""comparison: `==`, `!=`, `<`, `<=`, `>`, `>=` in generated source.

Only numbers are ordered, and texts among themselves; ordering anything else gives null. Equality is Python's, except that true and
false are no numbers.
"""

from .term import BOOLEAN, LIST, NOTHING, NULL, NUMBER, OBJECT, TEXT, Term, is_number
from .writer import Node, Writer

_ORDER = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def write_comparator(writer: Writer, node: Node, current: Term) -> Term:
    """Write a comparison."""
    left = writer.atom(writer.write(node["children"][0], current))
    right = writer.atom(writer.write(node["children"][1], current))
    if node["value"] in _ORDER:
        return _order(writer, left, _ORDER[node["value"]], right)
    negated = node["value"] == "ne"
    for literal, other in ((left, right), (right, left)):
        if literal.literal:
            return Term(_equal_to_literal(other.text, literal, negated), BOOLEAN, atomic=False)
    return _equal(writer, left, right, negated)


def _order(writer: Writer, left: Term, sign: str, right: Term) -> Term:
    common = left.types & right.types & (NUMBER | TEXT)
    if common == NUMBER:
        tests = [is_number(term) for term in (left, right) if term.types != NUMBER]
    elif common == TEXT:
        tests = [f"type({term.text}) is str" for term in (left, right) if term.types != TEXT]
    elif common:
        tests = [f"({is_number(left)} and {is_number(right)} or type({left.text}) is str and type({right.text}) is str)"]
    else:
        return NOTHING
    if writer.loops and common & TEXT and not (left.literal or right.literal):
        writer.spend(f"read(n, {left.text})")
    if not tests:
        return Term(f"({left.text} {sign} {right.text})", BOOLEAN, atomic=False)
    return Term(f"({left.text} {sign} {right.text} if {' and '.join(tests)} else None)", BOOLEAN | NULL, atomic=False)


def _equal_to_literal(text: str, literal: Term, negated: bool) -> str:
    if literal.types in (NULL, BOOLEAN):
        return f"({text} is {'not ' * negated}{literal.text})"
    if literal.types == NUMBER and literal.value in (0, 1):  # true and false are equal to them in Python
        return f"({text} {'!=' if negated else '=='} {literal.text} {'or' if negated else 'and not'} type({text}) is bool)"
    return f"({text} {'!=' if negated else '=='} {literal.text})"


def _equal(writer: Writer, left: Term, right: Term, negated: bool) -> Term:
    a, b = left.text, right.text
    large = ((LIST, "list"), (OBJECT, "dict"), (TEXT * bool(writer.loops), "str"))
    costly = [python for flag, python in large if left.types & right.types & flag]
    if costly:
        writer.may_fail = True  # what is nested as deeply as the stack
        with writer.block(f"if type({a}) is type({b}) and ({' or '.join(f'type({a}) is {python}' for python in costly)}):"):
            writer.spend(f"spend(n, {a})")
    same = f"{a} {'!=' if negated else '=='} {b}"
    if (left.types & NUMBER and right.types & BOOLEAN) or (left.types & BOOLEAN and right.types & NUMBER):
        same += f" or (type({a}) is bool) is not (type({b}) is bool)" if negated else f" and (type({a}) is bool) is (type({b}) is bool)"
    return Term(f"({same})", BOOLEAN, atomic=False)
