"""The backtest finds exactly the occurrences that were worked out independently, also when events come late and twice."""

import gzip

import pytest

from chalicelib.backtest.recording import read_recording
from chalicelib.backtest.run import run
from chalicelib.model.instant import MINUTE
from tests.truth.answers import ANSWERS, expected, found, rulebook_for

FIRST_AND_LAST = {"rees46": ("abandoned_cart_15m", 53, 26), "ret_ecom": ("abandoned_cart_1h", 856, 855)}


@pytest.mark.parametrize("twin", ["", ".shuffled_dup"], ids=["in order", "late and twice"])
@pytest.mark.parametrize("recording", ["rees46", "ret_ecom"])
def test_occurrences_are_exactly_those(shared_data, recording, twin):
    events = read_recording([shared_data / f"{recording}{twin}.segment.ndjson.gz"], as_delivered=bool(twin))
    result = run(rulebook_for(ANSWERS[recording]), events, lateness=2 * MINUTE if twin else None)
    occurrences = result.occurrences()
    for name in sorted(ANSWERS[recording]):
        assert found(occurrences, name) == expected(shared_data, recording, name), name
    assert not result.world.ports.parking.parked("fold", 1)
    assert result.quarantined == 0


@pytest.mark.parametrize("recording", ["rees46", "ret_ecom"])
def test_until_the_last_event(shared_data, recording):
    name, _, up_to_last = FIRST_AND_LAST[recording]
    events = read_recording([shared_data / f"{recording}.segment.ndjson.gz"])
    occurrences = run(rulebook_for({name}), events, until="last", lateness=2 * MINUTE).occurrences()
    last = events.calls[-1][0]
    assert found(occurrences, name) == expected(shared_data, recording, name, until=last)
    assert len(occurrences) == up_to_last


def test_any_order_of_lines_gives_the_same(shared_data, tmp_path):
    name, total, _ = FIRST_AND_LAST["rees46"]
    with gzip.open(shared_data / "rees46.segment.ndjson.gz", "rt") as file:
        (tmp_path / "backwards.ndjson").write_text("".join(reversed(file.readlines())))
    result = run(rulebook_for({name}), read_recording([tmp_path / "backwards.ndjson"]))
    assert found(result.occurrences(), name) == expected(shared_data, "rees46", name)
    assert len(result.occurrences()) == total
