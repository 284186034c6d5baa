"""Three people's walks in full, 37,256 positions, through the backtest and through the running engine on moto."""

import pytest

from tests.truth.engine import running, write_rules
from tests.truth.test_walks import play
from tests.truth.walks import RULE, entries_expected, entries_found, recording, walk_over_http


@pytest.mark.e2e
def test_the_backtest_finds_every_entry(shared_data):
    result = play(recording(shared_data))
    found = entries_found(result.occurrences())
    assert len(found) == 105
    assert found == entries_expected(shared_data)
    assert (result.quarantined, result.untold) == (0, [])


@pytest.mark.e2e
def test_the_running_engine_finds_every_entry(shared_data, tmp_path):
    with running(write_rules(tmp_path, [{**RULE, "trigger": {**RULE["trigger"], "lateness": "2m"}}])) as shop:
        assert entries_found(walk_over_http(shop, recording(shared_data))) == entries_expected(shared_data)
