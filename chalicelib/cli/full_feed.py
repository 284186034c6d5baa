"""full_feed: files that name every product there is: what they do not name can no longer be had.

The files are read twice: once to see what is missing, then to bring them in. Nothing goes in before the engine has said that so much may be
missing. This is done here and not by a request, because a feed is larger than any request: over HTTP nothing is ever taken for missing, a
product becomes unavailable only by a word of its own, and so a cut-off upload can do no harm there.
"""

import hashlib
import sys
import time
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import click

from ..model.product import product_key
from ..model.product_line import MOST_PRODUCTS
from .bulk import Line
from .endpoint import Endpoint
from .product_rows import Reader
from .rows_file import Document

PATH = "/v1/catalog/products"
SHOWN = 5


def in_full(reader: Reader, path: Path) -> Iterator[Line]:
    """The lines of a full feed: what it names can be had, unless it says otherwise."""
    for line in reader.lines(path):
        yield replace(line, documents=[{"available": True, **document} for document in line.documents])


def withdraw_missing(files: Sequence[Path], reader: Reader, door: Endpoint, accept_loss: bool) -> None:
    """Make products unavailable that these files do not name. When they are too many: say so, change nothing, end with 1."""
    named = _Names()
    for path in files:
        for _ in replace(reader, note=named.add).lines(path):
            pass
    named.sort()
    known, lost = 0, []
    for product in _known(door):
        if product["available"]:
            known += 1
            if product_key(product) not in named:
                lost.append({name: product[name] for name in ("productId", "variant") if product[name] is not None})
    judged = door.post("/v1/catalog/feeds", {"known": known, "lost": len(lost), "acceptLoss": accept_loss}, pause=time.sleep)
    if not judged["accepted"]:
        examples = ", ".join(product_key(product) for product in lost[:SHOWN])
        click.echo(
            f"{files[0]}: held back, nothing of it is in: {len(lost)} of {known} products that can be had are not in the feed ({examples}"
            f"{', ...' if len(lost) > SHOWN else ''}) - export it again, whole; if they are gone indeed: --accept-loss", err=True)
        sys.exit(1)
    at = {"timestamp": reader.given["timestamp"]} if "timestamp" in reader.given else {}
    for start in range(0, len(lost), MOST_PRODUCTS):
        words: list[Document] = [{**product, "available": False, **at} for product in lost[start:start + MOST_PRODUCTS]]
        door.post(PATH, {"products": words}, pause=time.sleep)
    if lost:
        click.echo(f"{len(lost)} of {known} products are not in the feed: no longer available", err=True)


def _known(door: Endpoint) -> Iterator[Document]:
    after: str | None = None
    while True:
        page = door.get(PATH + (f"?after={quote(after, safe='')}" if after else ""), pause=time.sleep)
        yield from page["products"]
        after = page["next"]
        if after is None:
            return


class _Names:
    """Product keys by 64 bits of their hashes: a million in 8 MB. Two of one hash would keep a product that is gone: it harms nobody."""

    def __init__(self) -> None:
        self._hashes = array("Q")

    def add(self, key: str) -> None:
        self._hashes.append(_hash(key))

    def sort(self) -> None:
        self._hashes = array("Q", sorted(self._hashes))

    def __contains__(self, key: str) -> bool:
        wanted = _hash(key)
        place = bisect_left(self._hashes, wanted)
        return place < len(self._hashes) and self._hashes[place] == wanted


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:8], "big")
