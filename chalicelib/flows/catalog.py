"""catalog: what feeds say of products goes into the catalog; what is wrong is told, and the others go in all the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..model.errors import EventRejected
from ..model.feed_report import FeedReport
from ..model.product_line import read_product
from ..ports import Ports

Said = tuple[int, str, dict[str, Any]]  # place in the request, product key, what is said


@dataclass(frozen=True, slots=True)
class Heard:
    """How many words changed a product and how many changed nothing; by their places (from 0) what is wrong with the others."""

    changed: int
    unchanged: int
    refused: dict[int, EventRejected]


def take_products(ports: Ports, lines: Sequence[Any]) -> Heard:
    """Take in what these lines say, those on one product in their order. StoreUnavailable: the same again is safe."""
    now = ports.clock()
    by_product: dict[str, list[Said]] = {}
    refused: dict[int, EventRejected] = {}
    for place, line in enumerate(lines):
        try:
            key, word = read_product(line, now)
        except EventRejected as error:
            refused[place] = error
        else:
            by_product.setdefault(key, []).append((place, key, word))
    changed = unchanged = 0
    for outcomes in ports.spread(lambda said: _take(ports, said), by_product.values()):
        for place, outcome in outcomes:
            if isinstance(outcome, EventRejected):
                refused[place] = outcome
            else:
                changed, unchanged = changed + outcome, unchanged + (not outcome)
    for name, number in (("changed", changed), ("unchanged", unchanged), ("refused", len(refused))):
        if number:
            ports.meter.count("products", number, outcome=name)
    return Heard(changed, unchanged, refused)


def judge_feed(ports: Ports, report: FeedReport) -> bool:
    """Whether a full feed may go in; one that is held back is counted, and an alarm tells."""
    ports.meter.count("feeds", outcome="held" if report.held else "accepted")
    return not report.held


def _take(ports: Ports, said: list[Said]) -> list[tuple[int, bool | EventRejected]]:
    """What came of the words on one product: whether each changed it, or why it cannot be kept."""
    outcomes: list[tuple[int, bool | EventRejected]] = []
    for place, key, word in said:
        try:
            outcomes.append((place, ports.products.put(key, word) is not None))
        except EventRejected as error:
            outcomes.append((place, error))
    return outcomes
