"""generate: the Python source of a parsed expression.

    event.properties.price > `20` && cart.count > `0`          becomes

    def f(r, k0, k1, k2, k3, k4, k5, k6):
     if type(r) is not Scope and type(r) is not dict: r = scope_over(r)
     while True:
      try:
       v1 = r[k0]
       v2 = v1.get(k1) if type(v1) is dict else None
       v3 = v2.get(k2) if type(v2) is dict else None
       v4 = (v3 > k3 if (type(v3) is float or type(v3) is int) else None)
       if v4:
        v5 = r[k4]
        v6 = v5.get(k5) if type(v5) is dict else None
        v4 = (v6 > k6 if (type(v6) is float or type(v6) is int) else None)
       return v4
      except KeyError:
       if type(r) is not dict: raise
       r = Scope(r)
"""

from math import prod
from typing import Any, NamedTuple

from .calls import write_call
from .comparison import write_comparator
from .loops import write_expression, write_flatten, write_projection
from .term import BOOLEAN, LIST, NOTHING, NULL, NUMBER, OBJECT, ROOT, TEXT, Term, truth
from .writer import Node, NodeWriter, Writer

_LOOPS = frozenset({"projection", "value_projection", "filter_projection", "flatten"})
_MANY = 1_000
MOST_COPIES = 16  # of what a document holds may a result hold without being counted


class Source(NamedTuple):
    """A function `f(scope, *constants)`; expressions of one form have one text."""

    text: str
    constants: tuple[Any, ...]


def source_of(parsed: Node) -> Source:
    """The source of a parsed expression. ConditionInvalid when it nests its lists too deeply."""
    writer = Writer(NODES, _LOOPS)
    result = writer.write(parsed, ROOT)
    if result.types & (LIST | OBJECT) and _copies(parsed, 1) > MOST_COPIES:
        result = writer.atom(result)
        writer.spend(f"spend(n, {result.text})")
    writer.line(f"return {result.text}")
    return Source("\n".join(_function(writer)), tuple(writer.constants))


def _function(writer: Writer) -> list[str]:
    """The lines in their frame: what is no scope becomes one, and so does a plain object that lacks a name; failures are told alike."""
    parameters = ["r", *(f"k{number}" for number in range(len(writer.constants)))]
    steps = [" n = STEPS"] if writer.counts_steps else []
    failed = [" except FAILURES as error: fail(error)"] if writer.may_fail else []
    lacking = [" except KeyError:", "  if type(r) is not dict: raise", "  r = Scope(r)"]
    body = [*steps, " try:", *_indented(writer.lines), *lacking, *failed]
    return [f"def f({', '.join(parameters)}):", " if type(r) is not Scope and type(r) is not dict: r = scope_over(r)",
            " while True:", *_indented(body)]


def _indented(lines: list[str]) -> list[str]:
    return [" " + line for line in lines]


def _copies(node: Node, given: int) -> int:
    """How often the value of a node may hold what the document holds, at most: lists that are selected hold it once for each entry."""
    kind, children = node["type"], node["children"]
    if kind in ("literal", "comparator", "not_expression", "slice", "index", "field", "current", "identity"):
        return given if kind in ("slice", "index", "field", "current", "identity") else 1
    if kind in ("multi_select_list", "multi_select_dict"):
        return min(sum(_copies(child, given) for child in children), _MANY)
    if kind == "function_expression":
        return min(prod(max(_copies(child, given), 2) for child in children), _MANY)
    if kind in ("or_expression", "and_expression"):
        return max(_copies(child, given) for child in children)
    for child in children[:2] if kind == "filter_projection" else children:
        given = _copies(child, given)
    return given


def _write_field(writer: Writer, node: Node, current: Term) -> Term:
    if not current.types & OBJECT:
        return NOTHING
    name = writer.constant(node["value"])
    known = writer.known.get((current.text, name))
    if known is None:
        if current.text == "r":
            text = f"r[{name}]"
        elif current.types == OBJECT or current.text in writer.objects:
            text = f"{writer.objects.get(current.text, current.text)}.get({name})"
        else:
            text = f"{current.text}.get({name}) if type({current.text}) is dict else None"
        known = writer.known[current.text, name] = writer.keep(text)
    return known


def _write_current(writer: Writer, node: Node, current: Term) -> Term:
    if current.text != "r":
        return current
    known = writer.known.get(("r", "@"))
    if known is None:
        known = writer.known["r", "@"] = writer.keep("r if type(r) is dict else r.whole()")
    return known


def _write_literal(writer: Writer, node: Node, current: Term) -> Term:
    value = node["value"]
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return Term(str(value), BOOLEAN, literal=True, value=value)
    types = {str: TEXT, int: NUMBER, float: NUMBER, list: LIST, dict: OBJECT}[type(value)]
    return Term(writer.constant(value), types, literal=True, value=value)


def _write_chain(writer: Writer, node: Node, current: Term) -> Term:
    for child in node["children"]:
        current = writer.atom(writer.write(child, current))
    return current


def _write_index(writer: Writer, node: Node, current: Term) -> Term:
    if not current.types & LIST:
        return NOTHING
    number = node["value"]
    place = writer.constant(number)
    known = writer.known.get((current.text, f"[{place}]"))
    if known is None:
        long_enough = f"len({current.text}) > {place}" if number >= 0 else f"len({current.text}) >= -{place}"
        test = long_enough if current.types == LIST else f"type({current.text}) is list and {long_enough}"
        known = writer.known[current.text, f"[{place}]"] = writer.keep(f"{current.text}[{place}] if {test} else None")
    return known


def _write_slice(writer: Writer, node: Node, current: Term) -> Term:
    if not current.types & LIST:
        return NOTHING
    if node["children"][2:] == [0]:
        writer.line(f"if type({current.text}) is list: no_step()")
    bounds = ":".join("" if bound is None else writer.constant(bound) for bound in [*node["children"], None, None, None][:3])
    target = writer.fresh()
    with writer.block(f"if type({current.text}) is list:"):
        writer.charge(current)
        writer.line(f"{target} = {current.text}[{bounds}]")
    writer.line(f"else: {target} = None")
    return Term(target, LIST | NULL)


def _write_and_or(writer: Writer, node: Node, current: Term) -> Term:
    first, second = node["children"]
    left = writer.write(first, current)
    target, is_or = _own(writer, first, left), node["type"] == "or_expression"
    with writer.block(f"if {'not ' * is_or}{truth(Term(target, left.types))}:"):
        right = writer.write(second, current)
        writer.line(f"{target} = {right.text}")
    return Term(target, (left.types & ~NULL if is_or else left.types) | right.types)


def _own(writer: Writer, node: Node, term: Term) -> str:
    """A variable that may be given another value: what another `&&` or `||` gave is used only here."""
    return term.text if node["type"] in ("and_expression", "or_expression") else writer.keep(term.text).text


def _write_not(writer: Writer, node: Node, current: Term) -> Term:
    return Term(f"(not {writer.test(writer.write(node['children'][0], current))})", BOOLEAN, atomic=False)


def _write_multi_select(writer: Writer, node: Node, current: Term) -> Term:
    target, pairs = writer.fresh(), node["type"] == "multi_select_dict"
    if current.types & NULL:
        writer.line(f"{target} = None")
        with writer.block("if type(r) is not Nothing:" if current.text == "r" else f"if {current.text} is not None:"):
            _write_entries(writer, node, current._replace(types=current.types & ~NULL), target, pairs)
        return Term(target, NULL | (OBJECT if pairs else LIST))
    _write_entries(writer, node, current, target, pairs)
    return Term(target, OBJECT if pairs else LIST)


def _write_entries(writer: Writer, node: Node, current: Term, target: str, pairs: bool) -> None:
    if pairs:
        entries = [(writer.constant(child["value"]), writer.write(child["children"][0], current)) for child in node["children"]]
        writer.line(f"{target} = {{" + ", ".join(f"{name}: {term.text}" for name, term in entries) + "}")
    else:
        terms = [writer.write(child, current) for child in node["children"]]
        writer.line(f"{target} = [" + ", ".join(term.text for term in terms) + "]")


NODES: dict[str, NodeWriter] = {
    "field": _write_field, "current": _write_current, "identity": _write_current, "literal": _write_literal,
    "subexpression": _write_chain, "pipe": _write_chain, "index_expression": _write_chain, "index": _write_index, "slice": _write_slice,
    "or_expression": _write_and_or, "and_expression": _write_and_or, "not_expression": _write_not, "comparator": write_comparator,
    "multi_select_list": _write_multi_select, "multi_select_dict": _write_multi_select,
    "projection": write_projection, "value_projection": write_projection, "filter_projection": write_projection, "flatten": write_flatten,
    "expref": write_expression, "function_expression": write_call,
}
