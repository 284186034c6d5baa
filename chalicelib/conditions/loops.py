"""loops: projections, filters and expressions asked of each entry, in generated source.

Each loop counts its steps (entries times parts) before it begins.
"""

from .term import ANY, LIST, NOTHING, NULL, OBJECT, Term
from .writer import Node, Writer, parts


def write_projection(writer: Writer, node: Node, current: Term) -> Term:
    """`a[*].b`: what is asked of each entry, nulls left out."""
    base, asked = node["children"]
    list_ = writer.atom(writer.write(base, current))
    return _project(writer, list_, LIST, list_.text, asked, None)


def write_value_projection(writer: Writer, node: Node, current: Term) -> Term:
    """`a.*.b`: the same of each value of an object."""
    base, asked = node["children"]
    object_ = writer.atom(writer.write(base, current))
    return _project(writer, object_, OBJECT, f"{object_.text}.values()", asked, None)


def write_filter(writer: Writer, node: Node, current: Term) -> Term:
    """`a[?b].c`: the same of each entry that passes."""
    base, asked, condition = node["children"]
    list_ = writer.atom(writer.write(base, current))
    return _project(writer, list_, LIST, list_.text, asked, condition)


def _project(writer: Writer, base: Term, kind: int, entries: str, asked: Node, condition: Node | None) -> Term:
    if not base.types & kind:
        return NOTHING
    if base.types == kind:
        target = writer.fresh()
        _write_project(writer, base, target, entries, asked, condition)
        return Term(target, LIST)
    target = writer.keep("None").text
    with writer.block(f"if type({base.text}) is {'list' if kind == LIST else 'dict'}:"):
        _write_project(writer, base, target, entries, asked, condition)
    return Term(target, LIST | NULL)


def _write_project(writer: Writer, base: Term, target: str, entries: str, asked: Node, condition: Node | None) -> None:
    writer.charge(f"len({base.text}) * {parts(asked) + (parts(condition) if condition else 0)}")
    writer.line(f"{target} = []")
    entry = Term(writer.fresh(), ANY)
    with writer.loop(f"for {entry.text} in {entries}:"):
        if condition:
            test = writer.test(writer.write(condition, entry))
            with writer.block(f"if {test}:"):
                _append(writer, target, writer.write(asked, entry))
        else:
            _append(writer, target, writer.write(asked, entry))


def _append(writer: Writer, target: str, term: Term) -> None:
    if not term.types & NULL:
        writer.line(f"{target}.append({term.text})")
    elif term.types != NULL:
        term = writer.atom(term)
        writer.line(f"if {term.text} is not None: {target}.append({term.text})")


def write_flatten(writer: Writer, node: Node, current: Term) -> Term:
    """`a[]`: lists within the list laid end to end."""
    base = writer.atom(writer.write(node["children"][0], current))
    if not base.types & LIST:
        return NOTHING
    target = writer.keep("None").text
    with writer.block(f"if type({base.text}) is list:"):
        writer.charge(f"len({base.text})")
        writer.line(f"{target} = []")
        entry = writer.fresh()
        with writer.loop(f"for {entry} in {base.text}:"):
            with writer.block(f"if type({entry}) is list:"):
                writer.charge(f"len({entry})")
                writer.line(f"{target} += {entry}")
            writer.line(f"else: {target}.append({entry})")
    return Term(target, LIST if base.types == LIST else LIST | NULL)


def write_expression(writer: Writer, node: Node, current: Term) -> Term:
    """`&a` where it is not asked at once: a function, to be called with each entry."""
    name, entry = writer.fresh(), writer.fresh()
    writer.counts_steps = True
    with writer.block(f"def {name}({entry}):"):
        writer.known = {}
        writer.line("nonlocal n")
        loops, writer.loops = writer.loops, writer.loops + 1
        writer.charge(str(parts(node)))
        term = writer.write(node["children"][0], Term(entry, ANY))
        writer.loops = loops
        writer.line(f"return {term.text}")
    return writer.keep(f"Expression({name})", ANY)
