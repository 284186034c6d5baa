"""conditions: what is wrong with what a condition says, though it can be read: one thing in each, and what several say together."""

from collections.abc import Iterator

from ...model.errors import RuleInvalid
from . import steps
from .book import Book
from .comparisons import first_mismatch
from .located_conditions import each_condition
from .names import first_unknown
from .truth import first_settled
from .unseen import first_unseen

_LOOKS = (first_unknown, first_mismatch, first_settled)


def find(book: Book) -> Iterator[RuleInvalid]:
    """Faults of conditions, and steps that those without a fault rule out."""
    faulty = set()
    for asked, parsed, scope in each_condition(book):
        fault = next(filter(None, (look(asked, parsed, scope) for look in _LOOKS)), None)
        if fault is None and book.seen is not None:
            fault = first_unseen(asked, parsed, book.seen)
        if fault is not None:
            faulty.add((asked.file, asked.place))
            yield asked.problem(fault.code, fault.problem, fault.mend, (fault.node["start"], fault.node["end"]))
    yield from steps.find(book, frozenset(faulty))
