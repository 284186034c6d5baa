"""The running engine on moto against every answer that was worked out independently, recording by recording, in full."""

import pytest

from chalicelib.backtest.recording import read_recording
from tests.truth.answers import ANSWERS, expected, found, rule_document
from tests.truth.engine import occurrences, replay_over_http, running, write_rules

RULES = {  # of the browse answers of rees46 one window: each means 4,400 timers that ring one by one
    "rees46": sorted(ANSWERS["rees46"] - {"browse_abandonment_15m", "browse_abandonment_24h"}),
    "ret_ecom": sorted(ANSWERS["ret_ecom"]),
}


@pytest.mark.e2e
@pytest.mark.parametrize("recording", ["rees46", "ret_ecom"])
def test_every_occurrence(shared_data, tmp_path, recording):
    calls = read_recording([shared_data / f"{recording}.segment.ndjson.gz"]).calls
    with running(write_rules(tmp_path, [rule_document(name, "2m") for name in RULES[recording]])) as shop:
        told = occurrences(replay_over_http(shop, calls), {name for name in RULES[recording] if "_item_" in name})
        assert shop.do("idle", {})["events"] == len(calls)
    for name in RULES[recording]:
        assert found(told, name) == expected(shared_data, recording, name), name
