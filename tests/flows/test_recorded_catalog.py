"""Lines of the catalog among recorded events: played at their moment, before what customers do at that moment."""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.backtest.recording import RecordingInvalid, read_recording
from chalicelib.backtest.run import run
from chalicelib.backtest.world import World
from chalicelib.model.instant import HOUR, format_instant
from simulators.shop_day import BEGINS, rulebook


def product(hour: float | None, **says: Any) -> dict[str, Any]:
    at = {} if hour is None else {"timestamp": format_instant(BEGINS + int(hour * HOUR))}
    return {"type": "product", "productId": "b-1", **at, **says}


def view(hour: float) -> dict[str, Any]:
    return {"type": "track", "event": "Product Viewed", "userId": "vera", "messageId": f"view-{hour}",
            "timestamp": format_instant(BEGINS + int(hour * HOUR)), "properties": {"product_id": "b-1"}}


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(*lines: Any) -> list[Path]:
        path = tmp_path / "day.ndjson"
        path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
        return [path]
    return write


@pytest.fixture
def prices_seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, Any]]:
    """The hour of each event, and the price of the catalog when it came."""
    seen: list[tuple[float, Any]] = []
    plain = World.post

    def post(self: World, calls: Any, *arguments: Any, **more: Any) -> Any:
        known = self.products.find(["b-1"]).get("b-1", {})
        seen.extend(((self.now - BEGINS) / HOUR, known.get("price")) for _ in calls)
        return plain(self, calls, *arguments, **more)

    monkeypatch.setattr(World, "post", post)
    return seen


def test_each_line_counts_from_its_moment_on(file: Any, prices_seen: list[tuple[float, Any]]) -> None:
    run(rulebook(), read_recording(file(view(2), product(2, price=18), view(1), product(0, price=20, name="Atlas"), view(3))))
    assert prices_seen == [(1, 20), (2, 18), (3, 18)]


def test_a_line_without_a_time_is_so_from_the_start(file: Any, prices_seen: list[tuple[float, Any]]) -> None:
    recording = read_recording(file(view(1), product(None, price=20)))
    assert [moment for moment, _, _ in recording.catalog] == [BEGINS + HOUR] == [recording.first]
    run(rulebook(), recording)
    assert prices_seen == [(1, 20)]


def test_a_file_of_the_catalog_alone_begins_and_ends_with_it(file: Any) -> None:
    recording = read_recording(file(product(1, price=20), product(5, stock=0)))
    result = run(rulebook(), recording, until="last")
    assert (recording.first, recording.last, result.world.now) == (BEGINS + HOUR, BEGINS + 5 * HOUR, BEGINS + 5 * HOUR)
    assert result.world.products.find(["b-1"])["b-1"] == {"productId": "b-1", "price": 20, "stock": 0, "at": BEGINS + 5 * HOUR}


def test_as_delivered_a_word_that_comes_late_never_overwrites_a_newer_one(file: Any, prices_seen: list[tuple[float, Any]]) -> None:
    lines = file(product(0, price=20), view(1), product(3, price=10), product(2, price=30, stock=1), view(4))
    result = run(rulebook(), read_recording(lines, as_delivered=True))
    assert prices_seen == [(1, 20), (4, 10)]
    assert result.world.products.find(["b-1"])["b-1"]["stock"] == 1


def test_lines_that_cannot_be_used_are_told_and_the_others_count(file: Any) -> None:
    lines = file(product(0, price=20), product(1, price="cheap"), product(2, price=18), view(3))
    result = run(rulebook(), read_recording(lines))
    assert len(result.untold) == 1
    assert result.untold[0].startswith(f"{format_instant(BEGINS + HOUR)}: product 'b-1': price: 'cheap' is no number - write a price")
    assert result.world.products.find(["b-1"])["b-1"]["price"] == 18


def test_a_time_that_cannot_be_read_is_told_with_its_place(file: Any) -> None:
    with pytest.raises(RecordingInvalid, match=r"day\.ndjson:2: the line has no time that can be read - give it `timestamp`"):
        read_recording(file(product(0), {**product(0), "timestamp": "soon"}))
