"""offers: what is offered must stand in what is read, and be good where its rule fires."""

from collections.abc import Iterator

from ...model.errors import RuleInvalid
from ...triggers.proximity import Proximity
from ..places import problem_of
from ..rule import Rule
from .book import Book

OFFER_PARTS = ("text", "html", "body")


def find(book: Book) -> Iterator[RuleInvalid]:
    """Templates that do not print the offer, and stores in which it is not good."""
    for rule in book.rules:
        for name in sorted({wording.template for wording in rule.sent() if wording.offer is not None}):
            silent = list(_silent_parts(book, rule, name))
            if silent:
                others = f", nor {'does' if len(silent) == 2 else 'do'} {_named(silent[1:])}" if silent[1:] else ""
                yield problem_of(book.template(name, silent[0]), "offer-not-printed",
                                 f"does not print the offer of the rule {rule.id!r}{others}", _mend(book, name))
        near = rule.trigger.stores if isinstance(rule.trigger, Proximity) else []
        for place, offer in rule.offers():
            if offer.stores and (near is None or set(near) - set(offer.stores)):
                yield book.problem(rule, (*place, "stores"), "offer-stores", "is not good in every store the trigger fires at",
                                   "let trigger.stores name no other stores than offer.stores")


def _silent_parts(book: Book, rule: Rule, name: str) -> Iterator[str]:
    """The parts that the rule sends with an offer and that do not print it."""
    ways = {way for wording in rule.sent() if wording.template == name and wording.offer is not None for way in wording.ways}
    for part, text in book.rulebook.templates.get(name, {}).items():
        if part.partition(".")[0] in ways and part.rpartition(".")[2] in OFFER_PARTS and "offer.code" not in text:
            yield part


def _named(parts: list[str]) -> str:
    return ", ".join(parts[:3]) + (f" and {len(parts) - 3} more" if len(parts) > 3 else "")


def _mend(book: Book, name: str) -> str:
    without = next((rule.id for rule in book.rules for wording in rule.sent() if wording.template == name and wording.offer is None), None)
    if without is None:
        return "write {{ offer.code }} where the reader looks for it"
    return ("write {% if offer %} ... {{ offer.code }} ... {% endif %} where the reader looks for it: "
            f"{without!r} sends it without one")
