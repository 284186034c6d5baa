"""The running engine (HTTP, tables, streams, queues on moto) finds the same occurrences as were worked out independently."""

from chalicelib.backtest.recording import read_recording
from tests.truth.answers import expected, found, rule_document
from tests.truth.engine import occurrences, replay_over_http, running, sample, write_rules

NAMES = ("abandoned_cart_15m", "abandoned_cart_1h", "abandoned_cart_24h", "abandoned_cart_item_1h", "browse_abandonment_1h")
KEYED = {"abandoned_cart_item_1h"}


def test_a_sample_of_1500_events(shared_data, tmp_path):
    recording = read_recording([shared_data / "rees46.segment.ndjson.gz"])
    carts = {row[0] for row in expected(shared_data, "rees46", "abandoned_cart_1h")}
    calls, customers = sample(recording, carts, 1_500)
    assert len(calls) > 1_450
    assert len(carts & customers) > 40

    with running(write_rules(tmp_path, [rule_document(name, "2m") for name in NAMES])) as shop:
        told = occurrences(replay_over_http(shop, calls), KEYED)
        assert shop.do("idle", {})["events"] == len(calls)

    for name in NAMES:
        answers = {row for row in expected(shared_data, "rees46", name) if row[0].partition("|")[0] in customers}
        assert found(told, name) == answers, name
