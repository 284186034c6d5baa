"""The running engine (HTTP, tables, streams, queues on moto) finds the same occurrences as were worked out independently."""

import pytest

from chalicelib.backtest.recording import read_recording
from tests.truth.answers import expected, found, rule_document
from tests.truth.engine import occurrences, replay_over_http, running, sample, write_rules

NAMES = ("abandoned_cart_15m", "abandoned_cart_1h", "abandoned_cart_24h", "abandoned_cart_item_1h", "browse_abandonment_1h")
KEYED = {"abandoned_cart_item_1h"}


@pytest.mark.parametrize("half", [0, 1], ids=["one half of the customers", "the other half"])
def test_a_sample_of_800_events(shared_data, tmp_path, half):
    recording = read_recording([shared_data / "rees46.segment.ndjson.gz"])
    carts = {row[0] for row in expected(shared_data, "rees46", "abandoned_cart_1h")}
    all_calls, all_customers = sample(recording, carts, 800)
    assert len(all_calls) > 750
    assert len(carts & all_customers) > 40
    customers = set(sorted(all_customers)[half::2])
    calls = [entry for entry in all_calls if entry[1]["userId"] in customers]

    with running(write_rules(tmp_path, [rule_document(name, "2m") for name in NAMES])) as shop:
        told = occurrences(replay_over_http(shop, calls), KEYED)
        assert shop.do("idle", {})["events"] == len(calls)

    for name in NAMES:
        answers = {row for row in expected(shared_data, "rees46", name) if row[0].partition("|")[0] in customers}
        assert found(told, name) == answers, name
