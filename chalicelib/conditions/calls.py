"""calls: functions in generated source: the arguments first, then what is wrong with the call, if anything, then the function.

https://jmespath.org/specification.html#built-in-functions
"""

from .functions import OURS, Functions
from .orderings import BY
from .term import NOTHING, Term
from .writer import Node, Writer
from .written_out import WRITTEN_OUT

A_CALL = 100  # steps of one of our own functions in a loop: they look things up, and calendars are slow


def write_call(writer: Writer, node: Node, current: Term) -> Term:
    """Write a call: the arguments first, then what is wrong with it, if anything, then the function."""
    name, given = node["value"], node["children"]
    by = BY.get(name)
    if by and len(given) == 2 and given[by[0]]["type"] == "expref":
        list_ = _argument(writer, given[1 - by[0]], current)
        return by[1](writer, name, list_, given[by[0]]["children"][0])
    terms = [_argument(writer, child, current) for child in given]
    known = Functions.FUNCTION_TABLE.get(name)
    if known is None:
        writer.line(f"unknown({writer.constant(name)})")
        return NOTHING
    wanted, variadic = len(known["signature"]), bool(known["signature"] and known["signature"][-1].get("variadic"))
    if len(terms) < wanted or (len(terms) > wanted and not variadic):
        writer.line(f"miscounted({writer.constant(name)}, {wanted}, {len(terms)})")
        return NOTHING
    if name in WRITTEN_OUT:
        return WRITTEN_OUT[name](writer, terms)
    arguments = f"({', '.join(term.text for term in terms)}{',' * (len(terms) == 1)})"
    writer.spend(f"read(n, *{arguments})")
    if name in OURS and writer.loops:
        writer.spend(f"n - {A_CALL}")
        writer.line("if n < 0: stop()")
    writer.may_fail = True
    result = writer.keep(f"call({writer.constant(name)}, r, {arguments})")
    writer.spend(f"read(n, {result.text})")
    return result


def _argument(writer: Writer, node: Node, current: Term) -> Term:
    term = writer.write(node, current)
    constant = term.text in ("None", "True", "False")  # the compiler warns of what is asked of them
    return writer.keep(term.text, term.types) if constant else writer.atom(term)
