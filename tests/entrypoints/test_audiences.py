"""Who is in an audience, for advertising platforms: hashed, and only those who agreed."""

import hashlib
from dataclasses import replace

import pytest

from chalicelib import bootstrap
from chalicelib.backtest.world import World
from chalicelib.flows import members
from chalicelib.ports import Ports
from chalicelib.rulebook.audience import Audience
from chalicelib.rulebook.rulebook import Rulebook
from tests.vectors.shop import rulebook

from .conftest import NOW, Caller, basic

BIG = Audience(id="big", description="Much in the cart.", condition="cart.value > `20`")
PEOPLE = {
    "anna": ({"email": " Anna.K@Gmail.com", "phone": "+359 888 123 456", "consents": {"ads": True}}, 30),
    "boris": ({"email": "boris@example.com", "consents": {"ads": ["big"]}}, 30),
    "vera": ({"email": "vera@example.com", "consents": {"ads": ["other"], "email": True}}, 30),
    "grigor": ({"email": "grigor@example.com", "consents": {"ads": {"*": True, "big": False}}}, 30),
    "elena": ({"email": "elena@example.com", "consents": {"ads": True}}, 5),
}


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def shop(ports: Ports) -> Ports:
    """The doors with people behind them: what each said, and what each has in the cart."""
    world = World(replace(rulebook(), audiences={"big": BIG}), NOW)
    for name, (traits, price) in PEOPLE.items():
        world.post([{"type": "identify", "userId": name, "messageId": f"i-{name}", "traits": traits},
                    {"type": "track", "userId": name, "messageId": f"t-{name}", "event": "Product Added",
                     "properties": {"product_id": "b-1", "price": price}}])
    world.post([{"type": "track", "userId": "boris", "messageId": "bounce", "event": "Email Bounced",
                 "properties": {"email": "boris@example.com"}},
                {"type": "identify", "userId": "boris", "messageId": "new", "traits": {"email": "boris@new.example"}}])
    doors = replace(ports, rulebook=world.ports.rulebook, customers=world.ports.customers)
    bootstrap.use(doors)
    return doors


def test_the_audiences_are_listed(http: Caller, shop: Ports) -> None:
    answer = http.get("/v1/audiences", basic("server-key"))
    assert answer.body == {"audiences": [{"id": "big", "description": "Much in the cart.", "condition": "cart.value > `20`"}]}
    assert "access-control-allow-origin" not in answer.headers


def test_members_who_agreed_are_given_out_hashed_and_at_living_addresses(http: Caller, shop: Ports) -> None:
    found = http.get("/v1/audiences/big/members", basic("server-key")).body
    assert sorted((row["email"], row["phone"]) for row in found["identifiers"]) == sorted([
        (sha("annak@gmail.com"), sha("+359888123456")), (sha("boris@new.example"), "")])
    assert (found["customers"], found["members"], found["withheld"], found["next"]) == (5, 4, 2, None)


def test_one_page_is_of_one_rulebook(shop: Ports) -> None:
    asked: list[None] = []

    def noted() -> Rulebook:
        asked.append(None)
        return shop.rulebook()

    assert members.members(replace(shop, rulebook=noted), BIG, "google").members == 4
    assert len(asked) == 1


def test_another_platform_takes_them_in_another_form(http: Caller, shop: Ports) -> None:
    found = http.get("/v1/audiences/big/members?platform=meta", basic("server-key")).body
    assert {"email": sha("anna.k@gmail.com"), "phone": sha("359888123456")} in found["identifiers"]


def test_page_after_page_everybody_comes_once(http: Caller, shop: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "PAGE", 2)
    after, rows, customers = "", [], 0
    for _ in range(3):
        page = http.get(f"/v1/audiences/big/members{after}", basic("server-key")).body
        rows += page["identifiers"]
        customers += page["customers"]
        after = f"?after={page['next']}"
    assert (len(rows), customers, page["next"]) == (2, 5, None)


@pytest.mark.parametrize(("path", "key", "status", "code"), [
    ("/v1/audiences/big/members", "web-key", 403, "server_key_required"), ("/v1/audiences", "wrong", 401, "unknown_key"),
    ("/v1/audiences/bigg/members", "server-key", 404, "not_found"),
    ("/v1/audiences/big/members?platform=x", "server-key", 400, "bad_request"),
])
def test_what_cannot_be_answered_says_why(http: Caller, shop: Ports, path: str, key: str, status: int, code: str) -> None:
    answer = http.get(path, basic(key))
    assert (answer.status, answer.body["code"]) == (status, code)
