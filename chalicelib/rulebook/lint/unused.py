"""unused: templates and audiences that no rule names."""

from collections.abc import Iterator

from ...model.errors import RuleInvalid
from ..places import problem_in, problem_of
from ..rule_files import AUDIENCES
from .book import Book


def find(book: Book) -> Iterator[RuleInvalid]:
    """Those that are not named anywhere. While a file cannot be read, nobody knows."""
    if not book.whole:
        return
    used = {wording.template for rule in book.rules for wording in rule.wordings()}
    for name in book.rulebook.templates:
        if name not in used:
            yield problem_of(book.template(name), "unused-template", f"no rule uses the template {name!r}",
                             "take its folder away, or use it")
    asked = {rule.audience for rule in book.rules}
    for name, audience in book.rulebook.audiences.items():
        if not audience.exported and name not in asked and not any(f"'{name}'" in condition.text for condition in book.asked):
            yield problem_in(book.folder / AUDIENCES / f"{name}.json", ("id",), "unused-audience",
                             f"no rule asks for the audience {name!r}", 'name it in a rule, or write "exported": true if it is for exports')
