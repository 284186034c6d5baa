"""The index finds what a plain loop over all fences finds, at any place of any world, and what is stored is what was built."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.model.errors import RuleInvalid
from chalicelib.model.fences import FenceIndex, build_index
from chalicelib.model.place import LEAST_RADIUS, MOST_RADIUS, Fence, Point, Position, circle, eastward, polygon
from tests.vectors.compass import beside

from .calls import repeatable

TOWNS: list[Point] = [(0.0, 0.0), (42.7, 23.3), (-16.8, 180.0), (64.1, -180.0), (90.0, 0.0), (-89.99, 120.0), (84.9, 20.0), (-33.9, 151.2)]


def within_bounds(lat: float, lon: float) -> Point:
    """The same place, or the nearest on earth."""
    return max(-90.0, min(90.0, lat)), (lon + 180) % 360 - 180


town = st.sampled_from(TOWNS)
step = st.floats(-1, 1, allow_nan=False)
scale = st.sampled_from([0.000_5, 0.002, 0.02, 0.2])
place = st.builds(lambda town, scale, north, east: within_bounds(town[0] + north * scale, town[1] + east * scale * (1 + abs(town[0]) / 9)),
                  town, scale, step, step) | st.builds(within_bounds, st.floats(-90, 90), st.floats(-180, 180))
radius = st.sampled_from([LEAST_RADIUS, 150.0, 300.0, MOST_RADIUS]) | st.floats(LEAST_RADIUS, MOST_RADIUS)
shape = st.lists(st.tuples(step, step), min_size=3, max_size=7)
circles = st.tuples(place, radius)
polygons = st.tuples(place, scale, shape)
worlds = st.lists(circles | polygons, max_size=40)


def fences_of(world: list[tuple]) -> list[Fence]:
    """The fences of a world; what is refused is left out. Their ids are in another order than their places."""
    fences = []
    for number, drawn in enumerate(world):
        name = f"{(number * 7) % 41:02}é"
        try:
            if len(drawn) == 2:
                fences.append(circle(name, *drawn[0], drawn[1]))
            else:
                (lat, lon), size, corners = drawn
                fences.append(polygon(name, [within_bounds(lat + north * size, lon + east * size) for north, east in corners]))
        except RuleInvalid:
            continue
    return fences


def edges(fence: Fence, margin: float) -> list[Point]:
    """Places exactly on the edge of a fence, and of a circle with a margin."""
    if fence.corners:
        return [there for (lat, lon), (other_lat, other_lon) in pairwise(fence.corners)
                for there in ((lat, lon), ((lat + other_lat) / 2, eastward(0, lon + eastward(lon, other_lon) / 2)))]
    return [beside(fence.middle, far, bearing) for far in (fence.radius, fence.radius + margin) for bearing in (0, 77, 180, 270)]


@repeatable(200)
@given(worlds)
def test_the_edge_belongs_to_the_fence(world):
    fences = fences_of(world)
    index = build_index(fences)
    for fence in fences:
        for lat, lon in edges(fence, 0.0):
            assert fence.within(lat, lon) and fence.id in index.at(lat, lon), (fence, lat, lon)
        if not fence.corners:
            for bearing in (0, 77, 180, 270):
                assert fence.id not in index.at(*beside(fence.middle, fence.radius + 0.001, bearing))


@repeatable(400)
@given(worlds, st.lists(place, min_size=1, max_size=12), st.sampled_from([0.0, 50.0, 100.0, 5_000.0]))
def test_the_index_finds_what_a_loop_finds(world, places, margin):
    fences = fences_of(world)
    index = FenceIndex.from_bytes(build_index(fences).to_bytes())
    assert len(index) == len(fences)
    for lat, lon in places + [there for fence in fences for there in (fence.middle, *edges(fence, margin))]:
        assert index.at(lat, lon) == sorted(fence.id for fence in fences if fence.within(lat, lon)), (lat, lon)
        assert index.near(lat, lon, margin) == sorted(fence.id for fence in fences if fence.within(lat, lon, margin)), (lat, lon)


@repeatable(200)
@given(worlds, st.lists(st.tuples(place, st.sampled_from([None, 5.0, 100.0, 2_000.0])), min_size=1, max_size=20))
def test_a_walk_enters_and_leaves_as_a_loop_tells(world, walk):
    fences = fences_of(world)
    index, inside = build_index(fences), set()
    for (lat, lon), accuracy in walk:
        told = [fence for fence in fences if accuracy is None or accuracy < fence.radius]
        entered = {fence.id for fence in told if fence.id not in inside and fence.within(lat, lon)}
        left = {fence.id for fence in told if fence.id in inside and not fence.within(lat, lon, 50)}
        assert index.transitions(inside, Position(lat, lon, accuracy)) == (sorted(entered), sorted(left))
        inside = (inside | entered) - left


def test_what_is_built_of_the_same_fences_is_the_same_to_the_byte():
    fences = [circle(f"s{number}", number % 80, number % 170, 100 + number) for number in range(500)]
    fences.append(polygon("market", [(42.69, 23.32), (42.69, 23.33), (42.70, 23.33)]))
    kept = build_index(fences).to_bytes()
    assert build_index(fences[::-1]).to_bytes() == FenceIndex.from_bytes(kept).to_bytes() == kept
    assert FenceIndex.from_bytes(kept).memory() < len(kept)
