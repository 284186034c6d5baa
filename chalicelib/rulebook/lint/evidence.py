"""evidence: cascades that wait for what a channel cannot tell: they are judged on the most it can."""

from collections.abc import Iterator

from ...channels.registry import best_proof
from ...model.errors import RuleInvalid
from .book import Book


def find(book: Book) -> Iterator[RuleInvalid]:
    """Channels of cascades that cannot tell so much."""
    for rule in book.rules:
        clicks = book.rulebook.tracking(rule.id).clicks
        for number, step in enumerate(rule.steps):
            for channel in step.send.ways[:-1]:
                best = best_proof(channel, step.send.until, clicks)
                if best != step.send.until:
                    yield book.problem(rule, ("steps", number, "send", "until"), "weak-evidence",
                                       f"{channel} cannot tell that a message was {step.send.until}",
                                       f"on {channel} the cascade stops when it was {best}")
