"""test_stores: what a store's entry may say, when a store is open, and what a coarse cell tells."""

import pytest

from chalicelib.model.errors import EventRejected
from chalicelib.model.geohash import position_of_cell
from chalicelib.model.hours import is_open
from chalicelib.model.instant import parse_instant
from chalicelib.model.place import distance
from chalicelib.model.store import store_from, told_of

from .reading import cases, written_out


@cases("stores.json", "entries")
def test_the_entry_is_kept_or_refused(case):
    entry = written_out(case["entry"])
    if "refused" in case:
        with pytest.raises(EventRejected) as refused:
            store_from(entry)
        assert str(refused.value) == case["refused"]
        return
    document = store_from(entry).document()
    assert document == case.get("kept", document)
    assert told_of(document) == case.get("told", told_of(document))
    assert store_from(document).document() == document


@cases("stores.json", "hours")
def test_the_store_is_open_and_closed(case):
    moments = {text: parse_instant(text) for text in (*case["open"], *case["closed"])}
    assert {text: is_open(case["hours"], case["timezone"], at or 0) for text, at in moments.items()} == {
        **dict.fromkeys(case["open"], True), **dict.fromkeys(case["closed"], False)}


@cases("stores.json", "cells")
def test_the_cell_is_a_position_as_inaccurate_as_it_is_large(case):
    position = position_of_cell(case["cell"])
    if "lat" not in case:
        assert position is None
        return
    assert position is not None and position.accuracy is not None
    least, most = case["accuracy"]
    assert least <= position.accuracy <= most
    assert distance(position.lat, position.lon, case["lat"], case["lon"]) <= position.accuracy + 1
