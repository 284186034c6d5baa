"""offers: what is offered must stand in what is read, and be good where its rule fires."""

from collections.abc import Iterator

from ...model.errors import RuleInvalid
from ...triggers.proximity import Proximity
from ..places import problem_of
from .book import Book

OFFER_PARTS = ("text", "html", "body")


def find(book: Book) -> Iterator[RuleInvalid]:
    """Templates that do not print the offer, and stores in which it is not good."""
    for rule in book.rules:
        for name in sorted({wording.template for wording in rule.wordings() if wording.offer is not None}):
            for part, text in book.rulebook.templates.get(name, {}).items():
                if part.rpartition(".")[2] in OFFER_PARTS and "offer.code" not in text:
                    yield problem_of(book.template(name, part), "offer-not-printed", f"does not print the offer of the rule {rule.id!r}",
                                     "write {{ offer.code }} where the reader looks for it")
        near = rule.trigger.stores if isinstance(rule.trigger, Proximity) else []
        for place, offer in rule.offers():
            if offer.stores and (near is None or set(near) - set(offer.stores)):
                yield book.problem(rule, (*place, "stores"), "offer-stores", "is not good in every store the trigger fires at",
                                   "let trigger.stores name no other stores than offer.stores")
