"""The backtest finds exactly the store entries of three walkers that were worked out independently, and keeps no position of theirs."""

import re

import boto3

from chalicelib.backtest.recording import Recording
from chalicelib.backtest.run import Result, run
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook
from tests.tables import everything_in
from tests.truth.answers import BRAND, TEMPLATES
from tests.truth.engine import running, write_rules
from tests.truth.walks import RULE, entries_expected, entries_found, recording, sample, walk_over_http

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


def test_the_running_engine_finds_the_same_and_no_table_holds_a_position(shared_data, tmp_path):
    walked = sample(recording(shared_data), 400)
    with running(write_rules(tmp_path, [{**RULE, "trigger": {**RULE["trigger"], "lateness": "2m"}}])) as shop:
        found = entries_found(walk_over_http(shop, walked))
        kept = everything_in(boto3.client("dynamodb"))
    last = walked.calls[-1][0]
    assert len(found) == 6
    assert found == [entry for entry in entries_expected(shared_data) if entry[2] <= last]
    assert "location updated" in kept
    assert found[0][1] in kept
    assert not COORDINATE.search(kept)
