"""Products of the catalog, posted by the owner's servers."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib import bootstrap
from chalicelib.adapters.memory import MemoryProducts
from chalicelib.entrypoints import catalog
from chalicelib.model.errors import StoreUnavailable
from chalicelib.ports import Ports

from .conftest import NOW, Caller, basic

ATLAS = {"productId": "b-1", "name": "Atlas", "price": 20, "currency": "EUR", "stock": 3}
PATH = "/v1/catalog/products"


def post(http: Caller, *products: Any) -> Any:
    return http.post_entries(PATH, "products", products)


def test_a_product_is_kept_and_again_changes_nothing(http: Caller, ports: Ports) -> None:
    assert post(http, ATLAS) == {"success": True, "stored": 1, "duplicates": 0, "refused": []}
    assert post(http, ATLAS) == {"success": True, "stored": 0, "duplicates": 1, "refused": []}
    assert ports.products.find(["b-1"]) == {"b-1": {**ATLAS, "at": NOW}}


def test_a_part_changes_that_part_and_null_takes_a_field_away(http: Caller, ports: Ports) -> None:
    post(http, ATLAS)
    assert post(http, {"productId": "b-1", "price": 18, "name": None})["stored"] == 1
    assert ports.products.find(["b-1"])["b-1"] == {"productId": "b-1", "price": 18, "currency": "EUR", "stock": 3, "at": NOW}


def test_of_two_words_on_one_product_in_a_request_the_second_counts_and_an_older_one_does_not(http: Caller, ports: Ports) -> None:
    post(http, ATLAS, {**ATLAS, "stock": 2}, {**ATLAS, "stock": 9, "timestamp": "2026-02-01T10:00:00Z"}, {**ATLAS, "variant": "xl"})
    assert {key: product["stock"] for key, product in ports.products.find(["b-1", "b-1/xl"]).items()} == {"b-1": 2, "b-1/xl": 3}


def test_a_wrong_entry_is_told_with_its_place_and_the_mend_and_the_others_are_kept(http: Caller, ports: Ports) -> None:
    many = {f"store-{number:090}": {"stock": number} for number in range(1_300)}
    body = post(http, ATLAS, {**ATLAS, "price": "cheap"}, "b-1", {"productId": "b-2", "stock": 1}, {"productId": "b-3", "stores": many})
    assert (body["stored"], body["duplicates"]) == (2, 0)
    assert [(refused["index"], refused["code"]) for refused in body["refused"]] == [(1, "invalid_price"), (2, "not_an_object"),
                                                                                  (4, "too_large")]
    assert all(" - " in refused["message"] for refused in body["refused"])
    assert set(ports.products.find(["b-1", "b-2", "b-3"])) == {"b-1", "b-2"}


@pytest.mark.parametrize(("body", "code"), [
    ({"products": ATLAS}, "invalid_products"), ({}, "invalid_products"), ({"products": [ATLAS] * 1_001}, "too_large"),
    (b"[", "invalid_json"),
])
def test_a_request_that_is_none_is_refused_whole(http: Caller, ports: Ports, body: object, code: str) -> None:
    answer = http.post(PATH, body, key="server-key")
    assert (answer.status, answer.body["code"]) == (400, code)
    assert ports.products.find(["b-1"]) == {}


@pytest.mark.parametrize(("key", "status", "code"), [("web-key", 403, "server_key_required"), ("guess", 401, "unknown_key")])
def test_only_a_server_may(http: Caller, ports: Ports, key: str, status: int, code: str) -> None:
    answer = http.request("POST", PATH, b"{}", {"accept": "*/*", **basic(key)})
    assert (answer.status, answer.body["code"]) == (status, code)


def test_when_the_table_does_not_answer_the_same_request_is_to_come_again(http: Caller, ports: Ports) -> None:
    class Down(MemoryProducts):
        def put(self, key: str, product: Any) -> Any:
            if key == "b-2":
                raise StoreUnavailable("no answer")
            return super().put(key, product)

    down = Down()
    bootstrap.use(replace(ports, products=down))
    answer = http.post(PATH, {"products": [ATLAS, {"productId": "b-2"}]}, key="server-key")
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    bootstrap.use(ports)
    assert post(http, ATLAS, {"productId": "b-2"})["stored"] == 2


def test_what_came_of_it_is_counted(http: Caller, ports: Ports) -> None:
    post(http, ATLAS, ATLAS, {"productId": ""})
    counts: Any = ports.meter
    assert counts.counts["products", "outcome=changed"] == counts.counts["products", "outcome=unchanged"] == 1
    assert counts.counts["products", "outcome=refused"] == 1


def get(http: Caller, path: str) -> Any:
    return http.get(path, {"accept": "*/*", **basic("server-key")})


def test_which_products_there_are_is_told_page_by_page(http: Caller, ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "PAGE", 2)
    post(http, ATLAS, {"productId": "b-1", "variant": "xl/s&m", "stock": 0}, {"productId": "b-2", "available": False})
    first = get(http, PATH).body
    rest = get(http, f"{PATH}?after={quote(first['next'], safe='')}").body
    assert first["products"] + rest["products"] == [
        {"productId": "b-1", "variant": None, "available": True}, {"productId": "b-1", "variant": "xl/s&m", "available": True},
        {"productId": "b-2", "variant": None, "available": False}]
    assert rest["next"] is None
    assert http.get(PATH, {"accept": "*/*", **basic("web-key")}).status == 403


@pytest.mark.parametrize(("known", "lost", "more", "accepted"), [
    (10, 2, {}, True), (10, 3, {}, False), (0, 0, {}, True), (4, 1, {}, False), (10, 10, {"acceptLoss": True}, True),
])
def test_a_full_feed_that_lost_more_than_a_fifth_is_held_and_counted(http: Caller, ports: Ports, known: int, lost: int,
                                                                     more: dict[str, bool], accepted: bool) -> None:
    answer = http.post("/v1/catalog/feeds", {"known": known, "lost": lost, **more}, key="server-key")
    assert (answer.status, answer.body) == (200, {"success": True, "accepted": accepted})
    counts: Any = ports.meter
    assert counts.counts == {("feeds", f"outcome={'accepted' if accepted else 'held'}"): 1}


@pytest.mark.parametrize("report", [
    {}, {"known": 5}, {"known": -1, "lost": 0}, {"known": "many", "lost": 0}, {"known": 1, "lost": 0, "x": 1}])
def test_a_report_that_is_none_is_refused(http: Caller, ports: Ports, report: dict[str, Any]) -> None:
    answer = http.post("/v1/catalog/feeds", report, key="server-key")
    assert (answer.status, answer.body["code"]) == (400, "invalid_report")
    assert answer.body["message"].endswith("- give known and lost")
