"""test_places: a walk among fences goes in; which fences it leads into and out of comes out."""

from typing import Any

import pytest

from chalicelib.model.errors import FencesUnreadable, RuleInvalid
from chalicelib.model.fences import FenceIndex, build_index
from chalicelib.model.place import Fence, Point, Position, circle, distance, polygon, position_from

from .compass import BEARINGS, beside
from .reading import cases


def fence(written: dict[str, Any]) -> Fence:
    """A fence as a case writes it."""
    if "corners" in written:
        return polygon(written["id"], [(lat, lon) for lat, lon in written["corners"]])
    return circle(**written)


def place(step: dict[str, Any], fences: list[Fence]) -> Point:
    """Where a step leads."""
    if "at" in step:
        lat, lon = step["at"]
        return lat, lon
    (way,) = BEARINGS.keys() & step.keys()
    (middle,) = [there.middle for there in fences if there.id == step[way]]
    return beside(middle, step["metres"], BEARINGS[way])


@pytest.mark.parametrize("stored", [False, True], ids=["built", "loaded"])
@cases("places.json")
def test_a_walk_enters_and_leaves(case: dict[str, Any], stored: bool) -> None:
    inside: set[str] = set()
    fences = [fence(written) for written in case["fences"]]
    for number, step in enumerate(case["walk"]):
        if "fences" in step:
            fences = [fence(written) for written in step["fences"]]
            continue
        index = build_index(fences)
        if stored:
            index = FenceIndex.from_bytes(index.to_bytes())
        entered, left = index.transitions(inside, Position(*place(step, fences), step.get("accuracy")))
        assert (entered, left) == (step.get("entered", []), step.get("left", [])), number
        inside = (inside | set(entered)) - set(left)


@cases("places.json", "refused")
def test_a_fence_that_is_none_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(RuleInvalid) as refused:
        fence(case["fence"])
    assert str(refused.value) == case["says"]


@cases("places.json", "positions")
def test_a_position_is_read(case: dict[str, Any]) -> None:
    found = position_from(case["properties"])
    assert (found and [found.lat, found.lon, found.accuracy]) == case["position"]


def test_two_fences_of_one_id_are_refused() -> None:
    with pytest.raises(RuleInvalid, match="two fences of one id"):
        build_index([circle("opera", 1, 1), circle("opera", 2, 2)])


def test_the_great_circle_is_that_of_the_mean_radius() -> None:
    assert distance(0, 0, 0, 180) == pytest.approx(20_015_114.442, abs=0.001)
    assert distance(52.5200, 13.4050, 48.8566, 2.3522) == pytest.approx(877_464.6, abs=0.1)  # Berlin, Paris


def test_what_is_no_index_is_refused() -> None:
    kept = build_index([circle("opera", 1, 1)]).to_bytes()
    for damaged in (b"", kept[:10], kept[:18], kept[:-1], kept + b"x", kept.replace(b"lengths", b"heights"), b"x" + kept):
        with pytest.raises(FencesUnreadable):
            FenceIndex.from_bytes(damaged)
