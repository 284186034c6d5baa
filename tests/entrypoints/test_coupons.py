"""Coupon pools over HTTP: filled once however often it is sent, counted, and for servers only."""

from typing import Any

import pytest

from chalicelib.model.coupon import MOST_CODES
from chalicelib.ports import Ports

from .conftest import Caller, basic


def post(http: Caller, *codes: Any, pool: str = "spring") -> Any:
    return http.post_entries(f"/v1/coupons/{pool}", "codes", codes)


def get(http: Caller, pool: str = "spring") -> Any:
    return http.get(f"/v1/coupons/{pool}", headers=basic("server-key")).body


def test_codes_are_in_once_however_often_they_are_sent(http: Caller, ports: Ports) -> None:
    assert post(http, "A-1", " A-2 ", 1234) == {"success": True, "stored": 3, "duplicates": 0, "refused": []}
    assert post(http, "A-2", "A-3", "A-3") == {"success": True, "stored": 1, "duplicates": 2, "refused": []}
    assert get(http) == {"pool": "spring", "left": 4, "reserved": 0, "committed": 0}
    coupon = ports.coupons.reserve("spring", "anna", 2, 1)
    ports.coupons.reserve("spring", "boris", 2, 1)
    assert coupon is not None and ports.coupons.commit("anna", coupon.claim, "message")
    assert get(http) == {"pool": "spring", "left": 2, "reserved": 1, "committed": 1}
    assert post(http, "A-1", "A-2", "A-3", 1234)["stored"] == 0, "given codes do not come back by being sent again"


def test_what_is_no_code_is_named_by_its_place_and_the_others_are_in(http: Caller) -> None:
    answer = post(http, "GOOD", "", "TEN OFF", None, True, {"code": "X"}, "Ж", "x" * 65)
    assert answer["stored"] == 1
    assert [entry["index"] for entry in answer["refused"]] == [1, 2, 3, 4, 5, 6, 7]
    assert {entry["code"] for entry in answer["refused"]} == {"no_code"}
    assert "1 to 64 letters" in answer["refused"][0]["message"]


def test_a_pool_that_was_never_filled_has_nothing(http: Caller) -> None:
    assert get(http, "autumn") == {"pool": "autumn", "left": 0, "reserved": 0, "committed": 0}


@pytest.mark.parametrize("pool", ["Spring", "spr%20ing", "-spring", "s" * 65])
def test_what_can_be_no_pool_is_said_so(http: Caller, pool: str) -> None:
    answer = http.post(f"/v1/coupons/{pool}", {"codes": ["A"]}, key="server-key")
    assert (answer.status, answer.body["code"]) == (400, "no_pool")
    assert http.get(f"/v1/coupons/{pool}", headers=basic("server-key")).status == 400


@pytest.mark.parametrize(("body", "code"), [({}, "invalid_codes"), ({"codes": "A"}, "invalid_codes"),
                                            ({"codes": ["A"] * (MOST_CODES + 1)}, "too_large")])
def test_what_has_no_list_of_codes_is_refused_whole(http: Caller, body: Any, code: str) -> None:
    answer = http.post("/v1/coupons/spring", body, key="server-key")
    assert (answer.status, answer.body["code"]) == (400, code)


@pytest.mark.parametrize(("key", "status"), [("web-key", 403), ("nobody", 401)])
def test_only_a_server_fills_and_counts(http: Caller, key: str, status: int) -> None:
    assert http.post("/v1/coupons/spring", {"codes": ["A"]}, key=key).status == status
    assert http.get("/v1/coupons/spring", headers=basic(key)).status == status
    assert get(http)["left"] == 0
