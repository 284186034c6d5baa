"""The running engine on moto against every answer that was worked out independently, recording by recording, in full."""

import pytest

from chalicelib.backtest.recording import read_recording
from tests.truth.answers import ANSWERS, expected, found, rule_document
from tests.truth.engine import occurrences, replay_over_http, running, write_rules
from tests.truth.prices import expected_heard, heard, product_lines, replay_prices_over_http, rule_documents

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


@pytest.mark.e2e
def test_everybody_who_hears_of_a_price_or_of_something_back(shared_data, tmp_path):
    calls = read_recording([shared_data / "il_views.segment.ndjson.gz"]).calls
    seen = {call["properties"]["product_id"] for _, call in calls}  # the rest concerns nobody; the backtest has it all
    with running(write_rules(tmp_path, rule_documents())) as shop:
        told = replay_prices_over_http(shop, [line for line in product_lines(shared_data) if line["productId"] in seen], calls)
        assert shop.do("idle", {})["events"] == len(calls)
    assert len(heard(told, "price_drop")) == 546 and heard(told, "price_drop") == expected_heard(shared_data, "price_drop")
    assert len(heard(told, "back_in_stock")) == 43 and heard(told, "back_in_stock") == expected_heard(shared_data, "back_in_stock")
