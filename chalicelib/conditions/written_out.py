"""written out: JMESPath's functions as Python text, with the results and errors of their definitions."""

from collections.abc import Callable

from .term import ANY, BOOLEAN, LIST, NULL, NUMBER, OBJECT, TEXT, Term, is_number
from .writer import Writer

FunctionWriter = Callable[[Writer, list[Term]], Term]


def need(writer: Writer, name: str, term: Term, types: int, where: str = "") -> None:
    """What is of none of these types stops the condition."""
    if not term.types & ~types:
        return
    tests = [f"type({term.text}) is not {python}" for flag, python in _PYTHON.items() if types & flag]
    if types & NUMBER:
        tests.append(f"not {is_number(term)}")
    writer.line(f"if {' and '.join(tests)}: unfit({name!r}, {term.text}{where and f', {where!r}'})")


_PYTHON = {TEXT: "str", LIST: "list", OBJECT: "dict"}


def _length(writer: Writer, terms: list[Term]) -> Term:
    need(writer, "length", terms[0], TEXT | LIST | OBJECT)
    return Term(f"len({terms[0].text})", NUMBER, atomic=False)


def _contains(writer: Writer, terms: list[Term]) -> Term:
    subject, sought = terms
    target = writer.fresh()
    with writer.block(f"if type({subject.text}) is list:"):
        if sought.types & (LIST | OBJECT):
            writer.may_fail = True
            writer.spend(f"search(n, {subject.text}, {sought.text})")
        else:
            writer.charge(subject)
        writer.line(f"{target} = {sought.text} in {subject.text}")
    with writer.block("else:"):
        need(writer, "contains", subject._replace(types=ANY & ~LIST), TEXT)
        need(writer, "contains", sought, TEXT)
        writer.spend(f"read(n, {subject.text})")
        writer.line(f"{target} = {sought.text} in {subject.text}")
    return Term(target, BOOLEAN)


def _edge(name: str, method: str) -> FunctionWriter:
    def write(writer: Writer, terms: list[Term]) -> Term:
        for term in terms:
            need(writer, name, term, TEXT)
        if writer.loops and not terms[1].literal:
            writer.spend(f"read(n, {terms[1].text})")
        return Term(f"{terms[0].text}.{method}({terms[1].text})", BOOLEAN, atomic=False)
    return write


def _not_null(writer: Writer, terms: list[Term]) -> Term:
    text = "".join(f"{term.text} if {term.text} is not None else " for term in terms[:-1]) + terms[-1].text
    types = 0
    for term in terms:
        types |= term.types
    return writer.keep(text, types if all(term.types & NULL for term in terms) else types & ~NULL)


def _to_array(writer: Writer, terms: list[Term]) -> Term:
    return writer.keep(f"{terms[0].text} if type({terms[0].text}) is list else [{terms[0].text}]", LIST)


def _to_number(writer: Writer, terms: list[Term]) -> Term:
    text = terms[0].text
    if writer.loops:
        writer.spend(f"read(n, {text})")
    return writer.keep(f"{text} if {is_number(terms[0])} else to_number({text})", NUMBER | NULL)


def _to_string(writer: Writer, terms: list[Term]) -> Term:
    text, target = terms[0].text, writer.fresh()
    with writer.block(f"if type({text}) is str:"):
        writer.line(f"{target} = {text}")
    with writer.block("else:"):
        writer.spend(f"spend(n, {text})")
        writer.may_fail = True
        writer.line(f"{target} = to_string({text})")
    return Term(target, TEXT)


def _type(writer: Writer, terms: list[Term]) -> Term:
    return writer.keep(f"type_of({terms[0].text})", TEXT | NULL)


def _simple(name: str, takes: int, call: str, gives: int) -> FunctionWriter:
    """One argument of known types; lists and objects are counted by their entries."""
    def write(writer: Writer, terms: list[Term]) -> Term:
        need(writer, name, terms[0], takes)
        if takes & (LIST | OBJECT):
            writer.charge(terms[0])
        writer.may_fail = writer.may_fail or name in ("ceil", "floor")  # of infinity
        return writer.keep(call.format(terms[0].text), gives)
    return write


def _of_numbers(name: str, call: str, gives: int) -> FunctionWriter:
    """`sum`, `avg`: a list of numbers."""
    def write(writer: Writer, terms: list[Term]) -> Term:
        need(writer, name, terms[0], LIST)
        writer.charge(terms[0], 2)
        entry = Term(writer.fresh(), ANY)
        with writer.loop(f"for {entry.text} in {terms[0].text}:"):
            need(writer, name, entry, NUMBER, " in the list")
        writer.may_fail = True  # too large for a float
        return writer.keep(call.format(terms[0].text), gives)
    return write


def _ordered(name: str, call: str, gives: int, each: int) -> FunctionWriter:
    """`min`, `max`, `sort`: a list of numbers or of texts."""
    def write(writer: Writer, terms: list[Term]) -> Term:
        need(writer, name, terms[0], LIST)
        writer.charge(terms[0], each)
        compare(writer, name, terms[0], each)
        return writer.keep(call.format(terms[0].text), gives)
    return write


def compare(writer: Writer, name: str, list_: Term, times: int) -> None:
    """What is compared with others must be numbers, or texts, which are counted."""
    entry = Term(writer.fresh(), ANY)
    writer.counts_steps = True
    with writer.loop(f"for {entry.text} in {list_.text}:"):
        writer.line(f"if not {is_number(entry)}: n = texts(n, {name!r}, {list_.text}, {times}); break")


def _reverse(writer: Writer, terms: list[Term]) -> Term:
    need(writer, "reverse", terms[0], LIST | TEXT)
    writer.spend(f"read(n, {terms[0].text})")
    return writer.keep(f"{terms[0].text}[::-1]", terms[0].types & (LIST | TEXT))


def _join(writer: Writer, terms: list[Term]) -> Term:
    need(writer, "join", terms[0], TEXT)
    need(writer, "join", terms[1], LIST)
    separator, list_ = terms[0].text, terms[1].text
    length, entry = writer.keep(f"len({separator}) * len({list_})").text, Term(writer.fresh(), ANY)
    with writer.loop(f"for {entry.text} in {list_}:"):
        need(writer, "join", entry, TEXT, " in the list")
        writer.line(f"{length} += len({entry.text})")
    writer.spend(f"pay(n, {length} // 16) if {length} > 1_000 else n - 1")
    return writer.keep(f"{separator}.join({list_})", TEXT)


def _merge(writer: Writer, terms: list[Term]) -> Term:
    for term in terms:
        need(writer, "merge", term, OBJECT)
        writer.charge(term)
    return writer.keep("{" + ", ".join(f"**{term.text}" for term in terms) + "}", OBJECT)


WRITTEN_OUT: dict[str, FunctionWriter] = {
    "length": _length, "contains": _contains,
    "starts_with": _edge("starts_with", "startswith"), "ends_with": _edge("ends_with", "endswith"),
    "not_null": _not_null, "to_array": _to_array, "to_number": _to_number, "to_string": _to_string, "type": _type,
    "abs": _simple("abs", NUMBER, "abs({})", NUMBER),
    "ceil": _simple("ceil", NUMBER, "ceil({})", NUMBER),
    "floor": _simple("floor", NUMBER, "floor({})", NUMBER),
    "sum": _of_numbers("sum", "sum({})", NUMBER), "avg": _of_numbers("avg", "sum({0}) / len({0}) if {0} else None", NUMBER | NULL),
    "keys": _simple("keys", OBJECT, "list({})", LIST), "values": _simple("values", OBJECT, "list({}.values())", LIST),
    "min": _ordered("min", "min({0}) if {0} else None", ANY, 2), "max": _ordered("max", "max({0}) if {0} else None", ANY, 2),
    "sort": _ordered("sort", "sorted({})", LIST, 10),
    "reverse": _reverse, "join": _join, "merge": _merge,
}
