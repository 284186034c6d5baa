"""The backtest finds exactly the store entries of three walkers that were worked out independently, and keeps no position of theirs."""

import re

import pytest

from chalicelib.backtest.recording import Recording
from chalicelib.backtest.run import Result, run
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook
from tests.truth.answers import BRAND, TEMPLATES
from tests.truth.walks import RULE, entries_expected, entries_found, recording, sample

COORDINATE = re.compile(r"\b(39|40|116|117)\.\d{4,}")  # of Beijing, more exactly than the stores are given


def play(walked: Recording) -> Result:
    rulebook = Rulebook(brand=BRAND, rules={"near": Rule.model_validate(RULE)}, templates=TEMPLATES, digest="walks")
    return run(rulebook, walked)


def test_a_sample_of_the_walks_enters_exactly_those_stores(shared_data):
    walked = sample(recording(shared_data), 4_000)
    result = play(walked)
    found = entries_found(result.occurrences())
    last = walked.calls[-1][0]
    assert len(found) > 20
    assert found == [entry for entry in entries_expected(shared_data) if entry[2] <= last]
    kept = " ".join(str(arrival.event.document()) for arrival in result.world.events.stream)
    assert len(result.world.events.stream) >= len(walked.calls)
    assert COORDINATE.search(str(walked.calls))
    assert not COORDINATE.search(kept)


@pytest.mark.e2e
def test_three_people_enter_exactly_those_stores(shared_data):
    result = play(recording(shared_data))
    found = entries_found(result.occurrences())
    assert len(found) == 105
    assert found == entries_expected(shared_data)
    assert (result.quarantined, result.untold) == (0, [])
