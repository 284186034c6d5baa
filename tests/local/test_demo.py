"""The demo goes on whatever its audience does to the clock."""

import json

import pytest

from chalicelib.model.instant import HOUR, format_instant, parse_instant
from local.demo import EndpointRefused, _move_to

TEN = parse_instant("2026-03-02T10:00:00Z") or 0


class InProcess:
    """The demo's endpoint without sockets."""

    def __init__(self, shop):
        self._shop = shop

    def get(self, path):
        return self._shop.get(path.removeprefix("/local/"))

    def post(self, path, body):
        answer = self._shop.controls.handle("POST", path, json.dumps(body).encode())
        if answer.status != 200:
            raise EndpointRefused(path)


def test_the_clock_moves_on_as_planned(shop):
    assert _move_to(InProcess(shop), TEN + HOUR) == 0
    assert shop.get("clock")["now"] == format_instant(TEN + HOUR)


def test_somebody_was_faster_and_the_rest_of_the_day_shifts(shop):
    shop.post({"type": "page", "anonymousId": "somebody", "name": "Home"})
    shop.do("clock", {"advance": "3h"})
    assert _move_to(InProcess(shop), TEN + HOUR) == 2 * HOUR
    assert shop.get("clock")["now"] == format_instant(TEN + 3 * HOUR)


def test_a_clock_that_never_stands_still_is_an_error(shop):
    class Racing(InProcess):
        def post(self, path, body):
            raise EndpointRefused(path)

    with pytest.raises(EndpointRefused, match="stand still"):
        _move_to(Racing(shop), TEN + HOUR)


def test_what_was_set_aside_can_be_looked_at(shop):
    shop.post({"type": "track", "event": "Product Added"})
    (found,) = shop.get("quarantine.json")
    assert (found["place"], found["reason"].partition(":")[0]) == ("ingest", "no_identity")
