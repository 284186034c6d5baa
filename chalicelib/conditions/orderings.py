"""orderings: functions that ask an expression of each entry, in generated source: `map`, `sort_by`, `min_by`, `max_by`."""

from collections.abc import Callable

from .term import ANY, LIST, Term
from .writer import Node, Writer, parts
from .written_out import compare, need


def _map(writer: Writer, name: str, list_: Term, asked: Node) -> Term:
    need(writer, name, list_, LIST)
    writer.charge(list_, parts(asked))
    target, entry = writer.keep("[]").text, Term(writer.fresh(), ANY)
    with writer.loop(f"for {entry.text} in {list_.text}:"):
        writer.line(f"{target}.append({writer.write(asked, entry).text})")
    return Term(target, LIST)


def _sort_by(writer: Writer, name: str, list_: Term, asked: Node) -> Term:
    need(writer, name, list_, LIST)
    keys = _keys(writer, name, list_, asked, 10)
    return writer.keep(f"sorted({list_.text}, key=partial(next, iter({keys.text})))", LIST)


def _best_by(choose: str) -> Callable[[Writer, str, Term, Node], Term]:
    def write(writer: Writer, name: str, list_: Term, asked: Node) -> Term:
        need(writer, name, list_, LIST)
        keys = _keys(writer, name, list_, asked, 2)
        return writer.keep(f"{list_.text}[{keys.text}.index({choose}({keys.text}))] if {keys.text} else None")
    return write


def _keys(writer: Writer, name: str, list_: Term, asked: Node, times: int) -> Term:
    """What entries are compared by. Where asking may fail, the first thing that is wrong is told, whichever it is."""
    writer.charge(list_, parts(asked) + times)
    keys, kind, entry = writer.keep("[]", LIST), writer.fresh(), Term(writer.fresh(), ANY)
    fails = _may_fail(asked)
    if fails:
        writer.line(f"{kind} = None")
    with writer.loop(f"for {entry.text} in {list_.text}:"):
        key = writer.write(asked, entry)
        if fails:
            key = writer.atom(key)
            writer.line(f"if type({key.text}) is not {kind}: {kind} = kind_of({name!r}, {key.text}, {kind})")
        writer.line(f"{keys.text}.append({key.text})")
    compare(writer, name, keys, times)
    return keys


def _may_fail(node: Node) -> bool:
    fails = node["type"] in ("function_expression", "slice")
    return fails or any(_may_fail(child) for child in node["children"] if isinstance(child, dict))


BY: dict[str, tuple[int, Callable[[Writer, str, Term, Node], Term]]] = {  # with the place of the expression
    "map": (0, _map), "sort_by": (1, _sort_by), "min_by": (1, _best_by("min")), "max_by": (1, _best_by("max")),
}
