"""calls: functions in generated source. The frequent ones are written out, with the results and errors of their definitions.

https://jmespath.org/specification.html#built-in-functions
"""

from collections.abc import Callable

from .functions import Functions
from .term import ANY, BOOLEAN, LIST, NULL, NUMBER, OBJECT, TEXT, Term, is_number
from .writer import Node, Writer, parts

FunctionWriter = Callable[[Writer, list[Term]], Term]


def write_call(writer: Writer, node: Node, current: Term) -> Term:
    """Write a call: the arguments first, then what is wrong with it, if anything, then the function."""
    name, given = node["value"], node["children"]
    by = _BY.get(name)
    if by and len(given) == 2 and given[by[0]]["type"] == "expref":
        list_ = writer.atom(writer.write(given[1 - by[0]], current))
        return by[1](writer, name, list_, given[by[0]]["children"][0])
    terms = [_argument(writer, child, current) for child in given]
    known = Functions.FUNCTION_TABLE.get(name)
    if known is None:
        writer.line(f"unknown({writer.constant(name)})")
        return Term("None", NULL)
    wanted, variadic = len(known["signature"]), bool(known["signature"] and known["signature"][-1].get("variadic"))
    if len(terms) < wanted or (len(terms) > wanted and not variadic):
        writer.line(f"miscounted({writer.constant(name)}, {wanted}, {len(terms)})")
        return Term("None", NULL)
    if name in _WRITTEN_OUT:
        return _WRITTEN_OUT[name](writer, terms)
    arguments = f"({', '.join(term.text for term in terms)}{',' * (len(terms) == 1)})"
    writer.spend(f"read(n, *{arguments})")
    return writer.keep(f"call({writer.constant(name)}, r, {arguments})")


def _argument(writer: Writer, node: Node, current: Term) -> Term:
    term = writer.write(node, current)
    constant = term.text in ("None", "True", "False")  # the compiler warns of what is asked of them
    return writer.keep(term.text, term.types) if constant else writer.atom(term)


def _need(writer: Writer, name: str, term: Term, types: int) -> None:
    """What is neither of these types stops the condition."""
    if not term.types & ~types:
        return
    tests = [f"type({term.text}) is not {python}" for flag, python in _PYTHON.items() if types & flag]
    if types & NUMBER:
        tests.append(f"not {is_number(term)}")
    writer.line(f"if {' and '.join(tests)}: unfit({name!r}, {term.text})")


_PYTHON = {TEXT: "str", LIST: "list", OBJECT: "dict"}


def _length(writer: Writer, terms: list[Term]) -> Term:
    _need(writer, "length", terms[0], TEXT | LIST | OBJECT)
    return Term(f"len({terms[0].text})", NUMBER, atomic=False)


def _contains(writer: Writer, terms: list[Term]) -> Term:
    subject, sought = terms
    target = writer.fresh()
    with writer.block(f"if type({subject.text}) is list:"):
        if sought.types & (LIST | OBJECT):
            writer.spend(f"search(n, {subject.text}, {sought.text})")
        else:
            writer.charge(f"len({subject.text})")
        writer.line(f"{target} = {sought.text} in {subject.text}")
    with writer.block("else:"):
        _need(writer, "contains", subject._replace(types=ANY & ~LIST), TEXT)
        _need(writer, "contains", sought, TEXT)
        writer.spend(f"read(n, {subject.text})")
        writer.line(f"{target} = {sought.text} in {subject.text}")
    return Term(target, BOOLEAN)


def _edge(name: str, method: str) -> FunctionWriter:
    def write(writer: Writer, terms: list[Term]) -> Term:
        for term in terms:
            _need(writer, name, term, TEXT)
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
        writer.line(f"{target} = to_string({text})")
    return Term(target, TEXT)


def _type(writer: Writer, terms: list[Term]) -> Term:
    return writer.keep(f"type_of({terms[0].text})", TEXT | NULL)


def _simple(name: str, takes: int, call: str, gives: int) -> FunctionWriter:
    """One argument of known types; lists and objects are counted by their entries."""
    def write(writer: Writer, terms: list[Term]) -> Term:
        _need(writer, name, terms[0], takes)
        if takes & (LIST | OBJECT):
            writer.charge(f"len({terms[0].text})")
        return writer.keep(call.format(terms[0].text), gives)
    return write


def _ordered(name: str, gives: int) -> FunctionWriter:
    """`min`, `max`, `sort`: of numbers or of texts."""
    def write(writer: Writer, terms: list[Term]) -> Term:
        _need(writer, name, terms[0], LIST)
        writer.spend(f"sift(n, {terms[0].text})")
        return writer.keep(f"{name}_of({terms[0].text})", gives)
    return write


def _reverse(writer: Writer, terms: list[Term]) -> Term:
    _need(writer, "reverse", terms[0], LIST | TEXT)
    writer.spend(f"read(n, {terms[0].text})")
    return writer.keep(f"{terms[0].text}[::-1]", terms[0].types & (LIST | TEXT))


def _join(writer: Writer, terms: list[Term]) -> Term:
    _need(writer, "join", terms[0], TEXT)
    _need(writer, "join", terms[1], LIST)
    writer.spend(f"lay(n, {terms[0].text}, {terms[1].text})")
    return writer.keep(f"{terms[0].text}.join({terms[1].text})", TEXT)


def _merge(writer: Writer, terms: list[Term]) -> Term:
    for term in terms:
        _need(writer, "merge", term, OBJECT)
        writer.charge(f"len({term.text})")
    return writer.keep("{" + ", ".join(f"**{term.text}" for term in terms) + "}", OBJECT)


_WRITTEN_OUT: dict[str, FunctionWriter] = {
    "length": _length, "contains": _contains,
    "starts_with": _edge("starts_with", "startswith"), "ends_with": _edge("ends_with", "endswith"),
    "not_null": _not_null, "to_array": _to_array, "to_number": _to_number, "to_string": _to_string, "type": _type,
    "abs": _simple("abs", NUMBER, "abs({})", NUMBER),
    "ceil": _simple("ceil", NUMBER, "ceil({})", NUMBER),
    "floor": _simple("floor", NUMBER, "floor({})", NUMBER),
    "sum": _simple("sum", LIST, "sum_of({})", NUMBER), "avg": _simple("avg", LIST, "avg_of({})", NUMBER | NULL),
    "keys": _simple("keys", OBJECT, "list({})", LIST), "values": _simple("values", OBJECT, "list({}.values())", LIST),
    "min": _ordered("min", ANY), "max": _ordered("max", ANY), "sort": _ordered("sort", LIST),
    "reverse": _reverse, "join": _join, "merge": _merge,
}


def _map(writer: Writer, name: str, list_: Term, asked: Node) -> Term:
    _need(writer, name, list_, LIST)
    writer.charge(f"len({list_.text}) * {parts(asked)}")
    target, entry = writer.keep("[]").text, Term(writer.fresh(), ANY)
    with writer.loop(f"for {entry.text} in {list_.text}:"):
        writer.line(f"{target}.append({writer.write(asked, entry).text})")
    return Term(target, LIST)


def _sort_by(writer: Writer, name: str, list_: Term, asked: Node) -> Term:
    _need(writer, name, list_, LIST)
    writer.charge(f"len({list_.text}) * {parts(asked) + 8}")
    keys, kind, entry = writer.keep("[]").text, writer.keep("None").text, Term(writer.fresh(), ANY)
    with writer.loop(f"for {entry.text} in {list_.text}:"):
        key = writer.atom(writer.write(asked, entry))
        writer.line(f"if type({key.text}) is not {kind}: {kind} = kind_of({name!r}, {key.text}, {kind})")
        writer.line(f"{keys}.append({key.text})")
    writer.spend(f"sift(n, {keys})")
    return writer.keep(f"sorted_by({list_.text}, {keys})", LIST)


def _best_by(sign: str) -> Callable[[Writer, str, Term, Node], Term]:
    def write(writer: Writer, name: str, list_: Term, asked: Node) -> Term:
        _need(writer, name, list_, LIST)
        writer.charge(f"len({list_.text}) * {parts(asked) + 2}")
        best, most, kind = (writer.keep("None").text for _ in range(3))
        entry = Term(writer.fresh(), ANY)
        with writer.loop(f"for {entry.text} in {list_.text}:"):
            key = writer.atom(writer.write(asked, entry))
            first = f"{kind} is None"
            choose = writer.fresh()
            writer.line(f"{choose} = {first}")
            writer.line(f"if type({key.text}) is not {kind}: {kind} = kind_of({name!r}, {key.text}, {kind})")
            with writer.block(f"if {kind} is str:"):
                writer.spend(f"read(n, {key.text})")
            with writer.block(f"if {choose} or {key.text} {sign} {most}:"):
                writer.line(f"{best} = {entry.text}")
                writer.line(f"{most} = {key.text}")
        return Term(best, ANY)
    return write


_BY: dict[str, tuple[int, Callable[[Writer, str, Term, Node], Term]]] = {  # with the place of the expression
    "map": (0, _map), "sort_by": (1, _sort_by), "min_by": (1, _best_by("<")), "max_by": (1, _best_by(">")),
}
