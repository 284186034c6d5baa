"""opt_in: where a yes must be confirmed, a rule must ask for it: nobody could ever subscribe otherwise."""

from collections.abc import Iterator

from ...model.errors import RuleInvalid
from ...model.event import SUBSCRIPTION_ASKED
from ..places import problem_in
from ..rule_files import BRAND_FILE
from .book import Book


def find(book: Book) -> Iterator[RuleInvalid]:
    """Channels on which nobody asks."""
    if not book.whole:
        return
    asking = {channel for rule in book.rulebook.listening.get(SUBSCRIPTION_ASKED, ()) if rule.status == "live" for step in rule.steps
              for channel in step.send.ways}
    for channel in book.rulebook.brand.double_opt_in:
        if channel not in asking:
            yield problem_in(book.folder / BRAND_FILE, ("doubleOptIn",), "no-confirmation",
                             f"no live rule listens to {SUBSCRIPTION_ASKED!r} and writes by {channel}",
                             "add one, as rules/README.md shows under Consent")
