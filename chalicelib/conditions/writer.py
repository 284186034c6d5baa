"""writer: the Python source of one condition while it is written.

Names, texts and numbers of the expression become parameters (`k0`, `k1`, ...) and never stand in the source: nobody's text is run, and
expressions of one form share one source. What was read once (`event.properties`) is kept in a variable and not read again where it is
certain to have been read.
"""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from ..model.errors import ConditionInvalid
from .term import ANY, NUMBER, Term, truth

MOST_LOOPS = 18  # within each other; CPython takes 20 nested blocks
SHORT = 100
MOST_INDENT = 90  # CPython takes 100

Node = dict[str, Any]
NodeWriter = Callable[["Writer", Node, Term], Term]


class Writer:
    """Lines, variables and constants so far."""

    def __init__(self, nodes: Mapping[str, NodeWriter], loops: frozenset[str]) -> None:
        """`nodes`: how each kind of node is written; `loops`: the kinds that go through a list, made once where they stand twice."""
        self._nodes, self._loops = nodes, loops
        self.lines: list[str] = []
        self.constants: list[Any] = []
        self.known: dict[tuple[str, str], Term] = {}
        self.made: dict[str, tuple[tuple[Node, Term], ...]] = {}
        self.objects: dict[str, str] = {}  # of entries: themselves, or an empty object where they are none
        self.counts_steps = self.may_fail = False
        self.loops = self._variables = 0
        self._depth = 1
        self._slots: dict[tuple[type, str], str] = {}

    def write(self, node: Node, current: Term) -> Term:
        """Write what leads to the value of a node, asked of the current value."""
        kind = node["type"]
        if kind not in self._loops:
            return self._nodes[kind](self, node, current)
        for same, term in self.made.get(current.text, ()):
            if same == node and repr(same) == repr(node):  # 1 and true are equal to Python
                return term
        term = self.atom(self._nodes[kind](self, node, current))
        self.made[current.text] = (*self.made.get(current.text, ()), (node, term))
        return term

    def line(self, text: str) -> None:
        """One line more."""
        self.lines.append(" " * self._depth + text)

    def fresh(self) -> str:
        """A new variable."""
        self._variables += 1
        return f"v{self._variables}"

    def keep(self, text: str, types: int = ANY) -> Term:
        """A value in a variable."""
        name = self.fresh()
        self.line(f"{name} = {text}")
        return Term(name, types)

    def atom(self, term: Term) -> Term:
        """The same value, under a name."""
        return term if term.atomic else self.keep(term.text, term.types)

    def test(self, term: Term) -> str:
        """A Python test for JMESPath's truth of a value."""
        return truth(self.atom(term) if term.types & NUMBER else term)

    def constant(self, value: Any) -> str:
        """The parameter that holds a name, text, number, list or object of the expression."""
        key = (type(value), value if type(value) is str else repr(value))
        name = self._slots.get(key)
        if name is None:
            name = self._slots[key] = f"k{len(self.constants)}"
            self.constants.append(value)
        return name

    def charge(self, entries: Term, each: int = 1) -> None:
        """Count the steps of going through a list or object before they are taken, and stop when they are too many.

        Outside of loops a short one costs less than counting it: an expression has not many of them.
        """
        self.counts_steps = True
        length, times = f"len({entries.text})", f" * {each}" * (each != 1)
        if self.loops:
            self.line(f"n -= {length}{times}")
            self.line("if n < 0: stop()")
        else:
            self.line(f"if {length} > {SHORT}: n = pay(n, {length}{times})")

    def spend(self, call: str) -> None:
        """The same, where a function of `steps` counts."""
        self.counts_steps = True
        self.line(f"n = {call}")

    def block(self, head: str) -> "_Block":
        """Lines further in; what is read there may not have been read afterwards."""
        return _Block(self, head, loop=False)

    def loop(self, head: str) -> "_Block":
        """The same, many times."""
        return _Block(self, head, loop=True)

    def enter(self, head: str, loop: bool) -> None:
        """Begin a block."""
        self.line(head)
        self._depth += 1
        self.loops += loop
        if self.loops > MOST_LOOPS or self._depth > MOST_INDENT:
            raise ConditionInvalid("condition", "its lists are asked within each other too deeply", "take it apart", kind="too-costly")

    def leave(self, loop: bool) -> None:
        """End a block."""
        self._depth -= 1
        self.loops -= loop


class _Block:
    def __init__(self, writer: Writer, head: str, loop: bool) -> None:
        self._writer, self._head, self._loop = writer, head, loop
        self._known, self._made = writer.known, writer.made

    def __enter__(self) -> None:
        self._writer.enter(self._head, self._loop)
        self._writer.known, self._writer.made = dict(self._known), dict(self._made)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._writer.leave(self._loop)
        self._writer.known, self._writer.made = self._known, self._made


def parts(node: Node) -> int:
    """The steps of asking an expression once, loops within it left out: one for each node, ten for a function."""
    own = 10 if node["type"] == "function_expression" else 1
    return own + sum(parts(child) for child in node["children"] if isinstance(child, dict))
