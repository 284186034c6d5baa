"""fences: which of a million fences a position lies in: an index in flat arrays that a cold process has at once.

The fences stand in layers by how far they reach, so that few large ones do not slow down many small ones. A layer is cut into bands of
latitude, and in each band the middles stand by longitude: what may reach a position stands together in the two or three bands it is near.
"""

from __future__ import annotations

import json
import sys
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import asin, cos, degrees, floor, inf, radians, sin, sqrt
from typing import Any

from .errors import FencesUnreadable, RuleInvalid
from .place import EARTH, EDGE, EXIT_MARGIN, MOST_REACH, Fence, Point, Position, polygon_within, reach_of

_LAYERS = (250.0, 1_000.0, 4_000.0, 16_000.0, 2 * MOST_REACH)  # reach in metres, up to
_RAD = radians(1)
_MAGIC = b"beckon fences 1\n"


@dataclass(slots=True)
class _Layer:
    """Fences that reach at most `reach` metres from their middle. Band `first` of `height` degrees begins at `starts[0]`."""

    reach: float
    first: int
    starts: array[int]
    lats: array[float]
    lons: array[float]
    numbers: array[int]
    height: float = field(init=False)

    def __post_init__(self) -> None:
        self.height = degrees(2 * self.reach / EARTH)


class FenceIndex:
    """Fences by place, never changed once built. They are numbered by id; `_names` holds where each id begins in `_text`."""

    __slots__ = ("_corners", "_layers", "_names", "_owners", "_sizes", "_starts", "_text")

    def __init__(self, text: bytes, names: array[int], sizes: array[float], owners: array[int], starts: array[int],
                 corners: array[float], layers: list[_Layer]) -> None:
        self._text, self._names, self._sizes = text, names, sizes
        self._owners, self._starts, self._corners = owners, starts, corners  # polygons: whose, where its corners begin, lat and lon in turn
        self._layers = layers

    def __len__(self) -> int:
        return len(self._sizes)

    def at(self, lat: float, lon: float) -> list[str]:
        """The ids of the fences a place lies in, in order."""
        return self.near(lat, lon, 0.0)

    def near(self, lat: float, lon: float, margin: float = EXIT_MARGIN) -> list[str]:
        """The ids of the fences a place lies in or beyond by at most the margin, in order."""
        numbers = self._within(lat, lon, margin)
        if len(numbers) > 1:
            numbers.sort()
        return [self._id(number) for number in numbers]

    def transitions(self, before: Collection[str], position: Position, margin: float = EXIT_MARGIN) -> tuple[list[str], list[str]]:
        """Which fences a position leads into and out of, for who was inside of those before.

        Out is beyond the fence by more than the margin. A position less accurate than a fence is large says nothing of it. Nobody is
        inside of what is no more.
        """
        inside = self._within(position.lat, position.lon, 0.0)
        sure = [self._id(number) for number in inside if position.sure_of(abs(self._sizes[number]))]
        entered = sorted(set(sure).difference(before))
        out = set(before).difference(self.near(position.lat, position.lon, margin)) if before else ()
        return entered, sorted(id for id in out if position.sure_of(self._size(id)))

    def memory(self) -> int:
        """Bytes held."""
        return len(self._text) + sum(len(part) * part.itemsize for part in self._arrays())

    def to_bytes(self) -> bytes:
        """The index as it is kept; `from_bytes` has it back without building anything."""
        header = json.dumps({"layers": [[layer.reach, layer.first] for layer in self._layers],
                             "lengths": [len(self._text), *(len(part) for part in self._arrays())]}).encode()
        return b"".join([_MAGIC, len(header).to_bytes(4, "little"), header, self._text, *map(_little, self._arrays())])

    @classmethod
    def from_bytes(cls, stored: bytes) -> FenceIndex:
        """What `to_bytes` wrote; anything else is refused."""
        at = len(_MAGIC) + 4
        if not stored.startswith(_MAGIC) or len(stored) < at:
            raise FencesUnreadable("this is no index of fences, or one of another version: build it again")
        header_end = at + int.from_bytes(stored[at - 4:at], "little")
        try:
            header = json.loads(stored[at:header_end])
            layers, lengths = header["layers"], header["lengths"]
            codes = "IdIId" + "IddI" * len(layers)
            sizes = [size * array(code).itemsize for code, size in zip("b" + codes, lengths, strict=True)]
        except (ValueError, KeyError, TypeError) as error:
            raise FencesUnreadable("the beginning of the index of fences is damaged: build it again") from error
        if header_end + sum(sizes) != len(stored):
            raise FencesUnreadable("the index of fences is cut short or too long: build it again")
        rest = memoryview(stored)[header_end:]
        text, parts, at = bytes(rest[:sizes[0]]), [], sizes[0]
        for code, size in zip(codes, sizes[1:], strict=True):
            parts.append(_read(code, rest[at:at + size]))
            at += size
        names, fence_sizes, owners, starts, corners = parts[:5]
        return cls(text, names, fence_sizes, owners, starts, corners,
                   [_Layer(reach, first, *parts[5 + 4 * place:9 + 4 * place]) for place, (reach, first) in enumerate(layers)])

    def _within(self, lat: float, lon: float, margin: float) -> list[int]:
        found: list[int] = []
        sizes = self._sizes
        shrink = cos(lat * _RAD)
        for layer in self._layers:
            lats, lons = layer.lats, layer.lons
            angle = (layer.reach + 1.01 * margin + 2 * EDGE) / EARTH
            tall, wide = angle / _RAD, sin(angle)
            south, north = lat - tall, lat + tall
            if wide >= shrink:  # a pole is as near
                ranges = [(-180.0, 180.0)]
            else:
                wide = asin(wide / shrink) / _RAD + 1e-9
                west, east = lon - wide, lon + wide
                if west < -180:
                    ranges = [(-180.0, east), (west + 360, 180.0)]
                elif east > 180:
                    ranges = [(-180.0, east - 360), (west, 180.0)]
                else:
                    ranges = [(west, east)]
            height, starts = layer.height, layer.starts
            lowest, highest = floor(south / height) - layer.first, floor(north / height) - layer.first
            for band in range(max(0, lowest), min(highest, len(starts) - 2) + 1):
                begin, end = starts[band], starts[band + 1]
                if begin == end:
                    continue
                for west, east in ranges:
                    for place in range(bisect_left(lons, west, begin, end), end):
                        its_lon = lons[place]
                        if its_lon > east:
                            break
                        its_lat = lats[place]
                        if south <= its_lat <= north:
                            number = layer.numbers[place]
                            size = sizes[number]
                            if size < 0:
                                if polygon_within(self._polygon(number), lat, lon, margin):
                                    found.append(number)
                                continue
                            up, over = sin((its_lat - lat) * _RAD / 2), sin((its_lon - lon) * _RAD / 2)
                            far = sqrt(up * up + shrink * cos(its_lat * _RAD) * over * over)
                            if 2 * EARTH * asin(far if far < 1 else 1.0) <= size + margin + EDGE:
                                found.append(number)
        return found

    def _id(self, number: int) -> str:
        return self._text[self._names[number]:self._names[number + 1]].decode()

    def _size(self, id: str) -> float:
        """The radius of a fence; infinite when it is no more, so that any position tells that nobody is in it."""
        number = bisect_left(range(len(self)), id, key=self._id)
        return abs(self._sizes[number]) if number < len(self) and self._id(number) == id else inf

    def _polygon(self, number: int) -> tuple[Point, ...]:
        place = bisect_left(self._owners, number)
        flat = self._corners[self._starts[place]:self._starts[place + 1]]
        return tuple(zip(flat[::2], flat[1::2], strict=True))

    def _arrays(self) -> Iterator[array[int] | array[float]]:
        yield from (self._names, self._sizes, self._owners, self._starts, self._corners)
        for layer in self._layers:
            yield from (layer.starts, layer.lats, layer.lons, layer.numbers)


def build_index(fences: Iterable[Fence]) -> FenceIndex:
    """The index over these fences."""
    ordered = sorted(fences, key=lambda fence: fence.id)
    for fence, following in pairwise(ordered):
        if fence.id == following.id:
            raise RuleInvalid(fence.id, "two fences of one id", "give each its own")
    names, text = array("I", [0]), bytearray()
    owners, starts, corners = array("I"), array("I", [0]), array("d")
    members: list[list[tuple[float, int]]] = [[] for _ in _LAYERS]
    for number, fence in enumerate(ordered):
        text += fence.id.encode()
        names.append(len(text))
        reach = fence.radius
        if fence.corners:
            reach = reach_of(fence.middle, fence.corners)
            owners.append(number)
            corners.extend(degree for corner in fence.corners for degree in corner)
            starts.append(len(corners))
        members[bisect_left(_LAYERS, reach)].append((reach, number))
    sizes = array("d", (-fence.radius if fence.corners else fence.radius for fence in ordered))
    return FenceIndex(bytes(text), names, sizes, owners, starts, corners, [_layer(part, ordered) for part in members if part])


def _layer(members: list[tuple[float, int]], fences: list[Fence]) -> _Layer:
    layer = _Layer(max(reach for reach, _ in members), 0, array("I"), array("d"), array("d"), array("I"))
    height = layer.height
    placed = sorted((floor(fences[number].middle[0] / height), fences[number].middle[1], number) for _, number in members)
    layer.first = placed[0][0]
    for place, (band, lon, number) in enumerate(placed):
        while len(layer.starts) <= band - layer.first:
            layer.starts.append(place)
        layer.lats.append(fences[number].middle[0])
        layer.lons.append(lon)
        layer.numbers.append(number)
    layer.starts.append(len(placed))
    return layer


def _little(part: array[int] | array[float]) -> bytes:
    if sys.byteorder == "big":
        part = part[:]
        part.byteswap()
    return part.tobytes()


def _read(code: str, stored: memoryview) -> Any:
    part = array(code)
    part.frombytes(stored)
    if sys.byteorder == "big":
        part.byteswap()
    return part
