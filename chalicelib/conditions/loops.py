"""loops: projections, filters and expressions asked of each entry, in generated source.

Each loop counts its steps (entries times parts) before it begins.
"""

from collections.abc import Callable

from .term import ANY, LIST, NOTHING, NULL, OBJECT, Term
from .writer import Node, Writer, parts


def write_projection(writer: Writer, node: Node, current: Term) -> Term:
    """`a[*].b`: what is asked of each entry, nulls left out."""
    return _project(writer, node, current, _append)


def write_flatten(writer: Writer, node: Node, current: Term) -> Term:
    """`a[]`: lists within the list laid end to end."""
    child = node["children"][0]
    if child["type"] in _PROJECTIONS and child["children"][1]["type"] != "identity":
        return _project(writer, child, current, _lay)
    base = writer.atom(writer.write(child, current))
    if not base.types & LIST:
        return NOTHING
    target, entry = writer.keep("None").text, writer.fresh()
    with writer.block(f"if type({base.text}) is list:"):
        writer.charge(base)
        with writer.loop(f"for {entry} in {base.text}:"):
            writer.counts_steps = True
            writer.line(f"if type({entry}) is list: n, {target} = flatten(n, {base.text}); break")
        writer.line(f"else: {target} = {base.text}")
    return Term(target, LIST if base.types == LIST else LIST | NULL)


_PROJECTIONS = ("projection", "value_projection", "filter_projection")
_Sink = Callable[[Writer, str, Term], None]


def _project(writer: Writer, node: Node, current: Term, sink: _Sink) -> Term:
    """Ask each entry of a list, or each value of an object, and give what comes out to a sink."""
    base = writer.atom(writer.write(node["children"][0], current))
    of_values = node["type"] == "value_projection"
    kind = OBJECT if of_values else LIST
    if not base.types & kind:
        return NOTHING
    if base.types == kind:
        target = writer.fresh()
        _write_loop(writer, node, base, target, sink)
        return Term(target, LIST)
    target = writer.keep("None").text
    with writer.block(f"if type({base.text}) is {'dict' if of_values else 'list'}:"):
        _write_loop(writer, node, base, target, sink)
    return Term(target, LIST | NULL)


def _write_loop(writer: Writer, node: Node, base: Term, target: str, sink: _Sink) -> None:
    asked, condition = node["children"][1], node["children"][2] if node["type"] == "filter_projection" else None
    writer.charge(base, parts(asked) + (parts(condition) if condition else 0))
    entry = Term(writer.fresh(), ANY)
    if node["type"] == "projection" and asked["type"] == "identity":
        with writer.loop(f"for {entry.text} in {base.text}:"):
            writer.line(f"if {entry.text} is None: {target} = without_nulls({base.text}); break")
        writer.line(f"else: {target} = {base.text}")
        return
    writer.line(f"{target} = []")
    with writer.loop(f"for {entry.text} in {base.text}{'.values()' * (node['type'] == 'value_projection')}:"):
        if (_reads(condition) if condition else 0) + _reads(asked) > 1:
            writer.objects[entry.text] = writer.keep(f"{entry.text} if type({entry.text}) is dict else EMPTY").text
        if condition:
            with writer.block(f"if {writer.test(writer.write(condition, entry))}:"):
                sink(writer, target, writer.write(asked, entry))
        else:
            sink(writer, target, writer.write(asked, entry))


def _append(writer: Writer, target: str, term: Term) -> None:
    if not term.types & NULL:
        writer.line(f"{target}.append({term.text})")
    elif term.types != NULL:
        term = writer.atom(term)
        writer.line(f"if {term.text} is not None: {target}.append({term.text})")


def _lay(writer: Writer, target: str, term: Term) -> None:
    term = writer.atom(term)
    with writer.block(f"if type({term.text}) is list:"):
        writer.charge(term)
        writer.line(f"{target} += {term.text}")
    writer.line(f"elif {term.text} is not None: {target}.append({term.text})")


def _reads(node: Node) -> int:
    """How many fields are read of the current value itself."""
    kind = node["type"]
    if kind == "field":
        return 1
    if kind in ("subexpression", "pipe", "index_expression", "projection", "value_projection", "filter_projection", "flatten"):
        return _reads(node["children"][0])
    return sum(_reads(child) for child in node["children"] if isinstance(child, dict)) if kind != "expref" else 0


def write_expression(writer: Writer, node: Node, current: Term) -> Term:
    """`&a` where it is not asked at once: a function, to be called with each entry."""
    name, entry = writer.fresh(), writer.fresh()
    writer.counts_steps = writer.may_fail = True
    with writer.block(f"def {name}({entry}):"):
        writer.known, writer.made = {}, {}
        writer.line("nonlocal n")
        loops, writer.loops = writer.loops, writer.loops + 1
        writer.spend(f"pay(n, {parts(node)})")
        term = writer.write(node["children"][0], Term(entry, ANY))
        writer.loops = loops
        writer.line(f"return {term.text}")
    return writer.keep(f"Expression({name})", ANY)
