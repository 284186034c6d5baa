"""Stores, posted by the owner's servers."""

from typing import Any

import pytest

from chalicelib.ports import Ports

from .conftest import Caller

OPERA = {"storeId": "opera", "lat": 42.6977, "lon": 23.3219, "name": "Opera", "timezone": "Europe/Sofia", "hours": {"mon": ["09:00-18:00"]}}
PATH = "/v1/catalog/stores"


def post(http: Caller, *stores: Any) -> Any:
    return http.post_entries(PATH, "stores", stores)


def test_a_store_is_kept_and_again_changes_nothing(http: Caller, ports: Ports) -> None:
    assert post(http, OPERA) == {"success": True, "stored": 1, "duplicates": 0, "refused": []}
    assert post(http, OPERA) == {"success": True, "stored": 0, "duplicates": 1, "refused": []}
    assert ports.stores.find(["opera"]) == {"opera": OPERA}


def test_of_two_words_on_one_store_the_second_counts_and_an_older_one_does_not(http: Caller, ports: Ports) -> None:
    post(http, OPERA, {**OPERA, "name": "Second"}, {**OPERA, "name": "Old", "timestamp": "2020-01-01T00:00:00Z"})
    assert ports.stores.find(["opera"])["opera"]["name"] == "Second"


def test_a_wrong_entry_is_told_with_its_place_and_the_mend_and_the_others_are_kept(http: Caller, ports: Ports) -> None:
    body = post(http, OPERA, {**OPERA, "lat": 142}, "opera", {"storeId": "market", "lat": 1, "lon": 2})
    assert body["stored"] == 2
    assert [(refused["index"], refused["code"]) for refused in body["refused"]] == [(1, "invalid_store"), (2, "not_an_object")]
    assert set(ports.stores.find(["opera", "market"])) == {"opera", "market"}


@pytest.mark.parametrize(("body", "code"), [
    ({"stores": {}}, "invalid_stores"), ({}, "invalid_stores"), ({"stores": [1] * 1_001}, "too_large"),
], ids=["no list", "nothing", "too many"])
def test_a_request_that_is_none_is_refused_whole(http: Caller, body: Any, code: str) -> None:
    answer = http.post(PATH, body, key="server-key")
    assert (answer.status, answer.body["code"]) == (400, code)


@pytest.mark.parametrize(("key", "status"), [("web-key", 403), ("app-key", 403), ("nobody", 401)])
def test_only_the_shops_server_may(http: Caller, key: str, status: int) -> None:
    assert http.post(PATH, {"stores": [OPERA]}, key=key).status == status
