"""The running engine on moto against every answer that was worked out independently, recording by recording, in full."""

import pytest

from chalicelib.backtest.recording import read_recording
from tests.truth.answers import expected, found, rule_document
from tests.truth.engine import occurrences, replay_over_http, running, write_rules

RULES = {
    "rees46": ("abandoned_cart_1h", "abandoned_cart_item_1h", "browse_abandonment_1h"),
    "ret_ecom": ("abandoned_cart_1h", "browse_abandonment_1h"),
}


@pytest.mark.e2e
@pytest.mark.parametrize("recording", ["rees46", "ret_ecom"])
def test_every_occurrence(shared_data, tmp_path, recording):
    calls = read_recording([shared_data / f"{recording}.segment.ndjson.gz"]).calls
    with running(write_rules(tmp_path, [rule_document(name) for name in RULES[recording]])) as shop:
        told = occurrences(replay_over_http(shop, calls), {"abandoned_cart_item_1h"})
        assert shop.do("idle", {})["events"] == len(calls)
    for name in RULES[recording]:
        assert found(told, name) == expected(shared_data, recording, name), name
