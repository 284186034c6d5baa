"""stores: engines that tell which stores a position is in.

Each builds from latitudes and longitudes, keeps what it has built as bytes, loads them, and then answers with the stores' numbers.
"""

import pickle
import shutil
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from math import cos, degrees, radians, sin
from typing import Any

from chalicelib.model.fences import FenceIndex, build_index
from chalicelib.model.place import EARTH, circle, distance

RADIUS = 150.0
NO_SERVER = "no redis-server on this machine"

Ask = Callable[[float, float], list[Any]]


class Beckon:
    """Flat arrays in layers and bands."""

    title, largest = "**Beckon: FenceIndex**", 1_000_000

    def build(self, lats: Any, lons: Any) -> bytes:
        return build_index(circle(str(number), *there, RADIUS) for number, there in enumerate(zip(lats, lons, strict=True))).to_bytes()

    def load(self, kept: bytes) -> Ask:
        return FenceIndex.from_bytes(kept).at


class Loop:
    """Haversine to every store."""

    title, largest = "plain loop", 10_000

    def build(self, lats: Any, lons: Any) -> bytes:
        return pickle.dumps(list(zip(lats, lons, strict=True)))

    def load(self, kept: bytes) -> Ask:
        places = pickle.loads(kept)
        return lambda lat, lon: [number for number, there in enumerate(places) if distance(lat, lon, *there) <= RADIUS]


class Numpy:
    """Haversine to every store, all at once."""

    title, largest = "numpy over all", 1_000_000

    def __init__(self) -> None:
        import numpy
        self.np = numpy

    def build(self, lats: Any, lons: Any) -> bytes:
        lats, lons = self.np.radians(self.np.array(lats)), self.np.radians(self.np.array(lons))
        return pickle.dumps((lats, lons, self.np.cos(lats)))

    def load(self, kept: bytes) -> Ask:
        lats, lons, shrink = pickle.loads(kept)
        sin_of, limit = self.np.sin, sin(RADIUS / EARTH / 2) ** 2

        def ask(lat: float, lon: float) -> list[Any]:
            up, over = sin_of((lats - radians(lat)) / 2), sin_of((lons - radians(lon)) / 2)
            return (up * up + shrink * cos(radians(lat)) * over * over <= limit).nonzero()[0].tolist()
        return ask


class NumpySorted(Numpy):
    """The same, to the stores of the same latitudes only."""

    title = "numpy, sorted by latitude"

    def build(self, lats: Any, lons: Any) -> bytes:
        lats, lons = self.np.radians(self.np.array(lats)), self.np.radians(self.np.array(lons))
        order = self.np.argsort(lats)
        return pickle.dumps((lats[order], lons[order], self.np.cos(lats[order]), order))

    def load(self, kept: bytes) -> Ask:
        lats, lons, shrink, order = pickle.loads(kept)
        sin_of, limit, tall = self.np.sin, sin(RADIUS / EARTH / 2) ** 2, RADIUS / EARTH * 1.001

        def ask(lat: float, lon: float) -> list[Any]:
            y, x = radians(lat), radians(lon)
            part = slice(*lats.searchsorted((y - tall, y + tall)))
            up, over = sin_of((lats[part] - y) / 2), sin_of((lons[part] - x) / 2)
            return order[part][up * up + shrink[part] * cos(y) * over * over <= limit].tolist()
        return ask


class Tree:
    """A k-d tree of points on the sphere, asked for those within the chord."""

    title, largest = "scipy cKDTree", 1_000_000

    def __init__(self) -> None:
        import numpy
        import scipy.spatial
        self.np, self.tree = numpy, scipy.spatial.cKDTree

    def build(self, lats: Any, lons: Any) -> bytes:
        y, x = self.np.radians(self.np.array(lats)), self.np.radians(self.np.array(lons))
        sin_of, cos_of = self.np.sin, self.np.cos
        return pickle.dumps(self.tree(self.np.column_stack((cos_of(y) * cos_of(x), cos_of(y) * sin_of(x), sin_of(y)))))

    def load(self, kept: bytes) -> Ask:
        find, chord = pickle.loads(kept).query_ball_point, 2 * sin(RADIUS / EARTH / 2)

        def ask(lat: float, lon: float) -> list[Any]:
            y, x = radians(lat), radians(lon)
            return find((cos(y) * cos(x), cos(y) * sin(x), sin(y)), chord)
        return ask


class Boxes:
    """A tree of rectangles, asked with one; then haversine."""

    title, largest = "shapely STRtree", 1_000_000

    def __init__(self) -> None:
        import numpy
        import shapely
        self.np, self.shapely = numpy, shapely

    def build(self, lats: Any, lons: Any) -> bytes:
        return pickle.dumps(self.np.column_stack((self.np.array(lons), self.np.array(lats))))

    def load(self, kept: bytes) -> Ask:
        places = pickle.loads(kept)
        tree, box, tall = self.shapely.STRtree(self.shapely.points(places)), self.shapely.box, degrees(RADIUS / EARTH) * 1.001
        tree.query(box(0, 0, 1, 1))  # the first question builds it
        lons, lats = places[:, 0].tolist(), places[:, 1].tolist()

        def ask(lat: float, lon: float) -> list[Any]:
            wide = tall / cos(radians(lat)) * 1.001
            near = tree.query(box(lon - wide, lat - tall, lon + wide, lat + tall)).tolist()
            return [number for number in near if distance(lat, lon, lats[number], lons[number]) <= RADIUS]
        return ask


class Hexagons:
    """Stores by hexagon, looked up in the seven around the position; then haversine."""

    title, largest, resolution = "h3, cell and ring", 1_000_000, 9

    def __init__(self) -> None:
        import h3.api.basic_int
        self.h3 = h3.api.basic_int

    def build(self, lats: Any, lons: Any) -> bytes:
        cells = defaultdict(list)
        for number, (lat, lon) in enumerate(zip(lats, lons, strict=True)):
            cells[self.h3.latlng_to_cell(lat, lon, self.resolution)].append((number, lat, lon))
        return pickle.dumps(dict(cells))

    def load(self, kept: bytes) -> Ask:
        cells, cell_of, around, resolution = pickle.loads(kept), self.h3.latlng_to_cell, self.h3.grid_disk, self.resolution

        def ask(lat: float, lon: float) -> list[Any]:
            return [number for cell in around(cell_of(lat, lon, resolution), 1) for number, its_lat, its_lon in cells.get(cell, ())
                    if distance(lat, lon, its_lat, its_lon) <= RADIUS]
        return ask


class Redis:
    """A server of its own on a socket of this machine: wall time, its own memory; loading is GEOADD."""

    title, largest = "Redis GEOSEARCH (wall)", 1_000_000

    def __init__(self) -> None:
        import redis
        if not shutil.which("redis-server"):
            raise FileNotFoundError(NO_SERVER)
        self.folder = tempfile.TemporaryDirectory()
        socket = f"{self.folder.name}/redis.sock"
        self.server = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--dir", self.folder.name],
                                       stdout=subprocess.DEVNULL)
        self.client = redis.Redis(unix_socket_path=socket)
        for _ in range(100):
            with suppress(redis.exceptions.ConnectionError):
                self.client.ping()
                break
            time.sleep(0.05)
        self.empty = self.used()

    def used(self) -> int:
        return int(self.client.info("memory")["used_memory"])

    def memory(self) -> int:
        return self.used() - self.empty

    def close(self) -> None:
        self.server.terminate()
        self.server.wait()
        self.folder.cleanup()

    def build(self, lats: Any, lons: Any) -> bytes:
        return pickle.dumps((lats, lons))

    def load(self, kept: bytes) -> Ask:
        lats, lons = pickle.loads(kept)
        for start in range(0, len(lats), 10_000):
            part = range(start, min(start + 10_000, len(lats)))
            self.client.geoadd("stores", [value for number in part for value in (lons[number], lats[number], number)])
        return lambda lat, lon: self.client.geosearch("stores", longitude=lon, latitude=lat, radius=RADIUS, unit="m")


ENGINES = {engine.__name__: engine for engine in (Beckon, Loop, Numpy, NumpySorted, Tree, Boxes, Hexagons, Redis)}
