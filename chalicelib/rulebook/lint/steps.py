"""steps: steps that nobody ever reaches."""

from collections.abc import Iterator
from pathlib import Path

from ...conditions.condition import condition
from ...conditions.demand import Demand
from ...model.errors import RuleInvalid
from ...model.instant import format_duration
from ..rule import Rule
from ..rule_files import AUDIENCES, rule_file
from ..source import Path as Place
from .book import Book
from .contradiction import contradict
from .demanded import demands_of

Faulty = frozenset[tuple[Path, Place]]
"""Conditions of which something is told already, by file and place."""


def find(book: Book, faulty: Faulty) -> Iterator[RuleInvalid]:
    """Steps whose `when` the rule itself rules out, steps after the offer is over, and rules that rule out their own audience."""
    for rule in book.rules:
        audience, own = _of_audience(rule, book, faulty), _of(rule.condition, _place(book, rule, "condition"), faulty)
        if contradict((*audience, *own)):
            yield book.problem(rule, ("audience",), "unreachable-step",
                               f"nobody of the audience {rule.audience!r} fulfils the rule's condition",
                               "take one of them away, or mend the condition")
            continue
        for number, step in enumerate(rule.steps):
            mine = _of(step.when, _place(book, rule, "steps", number, "when"), faulty)
            if contradict((*audience, *own, *mine)):
                other = "condition" if contradict((*own, *mine)) else "audience"
                yield book.problem(rule, ("steps", number, "when"), "unreachable-step",
                                   f"{step.when} never holds together with the rule's {other}", "take the step away, or mend one of them")
            elif (over := _offers_end(rule)) is not None and step.after >= over:
                yield book.problem(rule, ("steps", number, "after"), "unreachable-step",
                                   f"the offer is over {format_duration(over)} after the start, and no message goes out then",
                                   "let the step come earlier, or the offer be valid for longer")


def _offers_end(rule: Rule) -> int | None:
    """How long after the start whatever is offered is over, in every variant; None when it is not for somebody."""
    offers = [wording.offer for wording in rule.wordings()]
    ends = [offer.valid_for for offer in offers if offer is not None and offer.valid_for is not None]
    return max(ends) if len(ends) == len(offers) else None


def _place(book: Book, rule: Rule, *place: str | int) -> tuple[Path, Place]:
    return book.folder / rule_file(rule.id), place


def _of(text: str | None, place: tuple[Path, Place], faulty: Faulty) -> tuple[Demand, ...]:
    """What a condition demands; of one that has a fault of its own nothing, as that is told already."""
    return demands_of(condition(text).parsed) if text and place not in faulty else ()


def _of_audience(rule: Rule, book: Book, faulty: Faulty) -> tuple[Demand, ...]:
    audience = book.rulebook.audiences.get(rule.audience or "")
    if audience is None:
        return ()
    return _of(audience.condition, (book.folder / AUDIENCES / f"{audience.id}.json", ("condition",)), faulty)
