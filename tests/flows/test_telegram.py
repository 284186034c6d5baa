"""Telegram from both sides, over its stand-in's HTTP: whatever chats and answers do, a message stands there once or is accounted for."""

from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest

from chalicelib.adapters.telegram import TelegramTransport
from chalicelib.adapters.web import Line, Web
from chalicelib.backtest.world import World
from chalicelib.channels.telegram_receipts import CHAT_OPENED
from chalicelib.flows.chats import chat_url
from chalicelib.flows.dispatch import dispatch
from chalicelib.flows.feedback import take_feedback
from chalicelib.model.consent import consent_for
from chalicelib.model.customer import Customer
from chalicelib.model.errors import TransportFailed
from chalicelib.model.evidence import rungs_reached
from chalicelib.model.identity import customer_id, identifier
from chalicelib.model.instant import DAY, HOUR, MINUTE, SECOND
from chalicelib.rulebook.brand import Brand
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook
from simulators.bot_api import BotApi, BotApiServer, Refusal
from simulators.serving import serving
from simulators.shop_day import BEGINS

TOKEN = "1:abc"
CHAT = 4711
WHO = identifier("user", "anna")
assert WHO is not None
ANNA = customer_id(WHO)
SEND = {"channel": "telegram", "template": "cart"}
TEMPLATES = {"cart": {"telegram.en.text": '<b>{{ customer.firstName }}</b>, <a href="https://nutshell.example/cart">your cart</a> waits.',
                      "telegram.en.button": "Keep it"}}


def shop() -> Rulebook:
    """A reminder in two steps, a day apart."""
    rule = Rule.model_validate({
        "id": "cart", "trigger": {"kind": "abandonment", "wait": "1h", "start": [{"event": "Product Added"}],
                                  "cancel": [{"event": "Order Completed"}]},
        "steps": [{"send": SEND}, {"after": "25h", "send": SEND}]})
    brand = Brand.model_validate({"name": "Shop", "sender": {"email": "hello@shop.example", "name": "Shop"}, "timezone": "Europe/Sofia",
                                  "channels": {"telegram": {"bot": "ShopBot"}}})
    return Rulebook(brand=brand, rules={"cart": rule}, templates=TEMPLATES, digest="telegram")


@pytest.fixture
def api() -> Iterator[BotApi]:
    with serving(BotApiServer(BotApi(TOKEN))) as server:
        server.api.port = server.server_address[1]  # type: ignore[attr-defined]
        yield server.api


@pytest.fixture
def world(api: BotApi) -> World:
    """Anna agreed to offers in Telegram and left something in her cart."""
    port = api.port  # type: ignore[attr-defined]
    post = Web("Telegram", lambda url: Line(HTTPConnection("127.0.0.1", port, timeout=5), "api.telegram.org",
                                            "/" + url.partition("://")[2].partition("/")[2]))
    made = World(shop(), BEGINS, transports={"telegram": TelegramTransport(post, lambda: TOKEN)})
    made.post([{"type": "identify", "userId": "anna", "traits": {"telegramId": CHAT, "firstName": "<Anna> & co",
                                                               "consents": {"telegram": ["offers"]}}},
               {"type": "track", "userId": "anna", "event": "Product Added", "properties": {"product_id": "b-1", "price": 5}}])
    return made


def anna(world: World) -> Customer:
    record = world.customers.load(ANNA)
    assert record is not None
    return record.state


def bring(world: World, api: BotApi, times: int = 1) -> list[int]:
    def post(body: bytes, headers: dict[str, str]) -> int:
        take_feedback(world.ports, "telegram", body.decode())
        return 200

    statuses = api.bring("secret", post, times)
    world.run_until_idle()
    return statuses


def verdicts(world: World) -> list[tuple[int, str, str | None]]:
    return [(decision.step, decision.verdict, decision.reason) for decision in
            sorted(world.decisions.all(), key=lambda decision: (decision.decided_at, decision.step))]


def test_a_message_stands_in_the_chat_once_with_what_customers_typed_as_text(world: World, api: BotApi) -> None:
    world.advance_to(BEGINS + HOUR)
    (sent,) = api.sent
    assert sent.chat == CHAT
    assert sent.body["text"].startswith("<b>&lt;Anna&gt; &amp; co</b>, <a href=\"https://backtest.invalid/c/")
    delivery = next(iter(world.deliveries.all()))
    assert (delivery.status, delivery.provider_id) == ("sent", "1")
    assert sent.body["reply_markup"]["inline_keyboard"] == [[{"text": "Keep it", "callback_data": delivery.key}]]


def test_who_blocks_the_bot_gets_nothing_more_and_the_channel_goes_on_for_others(world: World, api: BotApi) -> None:
    api.blocked.add(CHAT)
    world.advance_to(BEGINS + 3 * DAY)
    assert api.sent == [] and api.calls == 1
    assert (1, "deny", "transport_refused") in verdicts(world)
    assert [verdict for verdict in verdicts(world) if verdict[0] == 2] == [(2, "deny", "unsubscribed")]
    assert [entry.reason for entry in world.ports.suppressions.find("telegram", str(CHAT), "offers")] == ["unsubscribed"]


def test_an_account_that_is_gone_is_a_dead_address(world: World, api: BotApi) -> None:
    api.gone.add(CHAT)
    world.advance_to(BEGINS + 3 * DAY)
    assert api.sent == [] and api.calls == 1
    assert [entry.reason for entry in world.ports.suppressions.find("telegram", str(CHAT), "offers")] == ["suppressed_bounce"]
    assert anna(world).held["telegram"][0].retired is not None


def test_a_chat_that_has_moved_is_written_to_where_it_is_now_and_known_there(world: World, api: BotApi) -> None:
    api.moved[CHAT] = -1009876543210
    with pytest.raises(TransportFailed, match="moved"):
        world.advance_to(BEGINS + HOUR)
    assert [delivery.status for delivery in world.deliveries.all()] == ["prepared"]
    message = queued_again(world)
    world.run_until_idle()
    dispatch(world.ports, message)
    assert [sent.chat for sent in api.sent] == [-1009876543210]
    assert anna(world).address("telegram") == "-1009876543210"
    world.advance_to(BEGINS + 3 * DAY)
    assert [sent.chat for sent in api.sent] == [-1009876543210] * 2 and api.calls == 3


def queued_again(world: World) -> Any:
    """What the queue brings again: the world in memory hands a message over once."""
    effects = [effect for _, effects, _ in world.customers.stream for effect in effects if hasattr(effect, "message")]
    return effects[-1].message


@pytest.mark.parametrize("seconds", [7, 3_605])
def test_it_waits_as_long_as_telegram_asks_and_sends_once(world: World, api: BotApi, seconds: int) -> None:
    api.throttle(seconds)
    if seconds < 900:
        with pytest.raises(TransportFailed) as caught:
            world.advance_to(BEGINS + HOUR)
        assert caught.value.retry_after == seconds * SECOND
        dispatch(world.ports, queued_again(world))
    else:
        world.advance_to(BEGINS + HOUR + seconds * SECOND - 1)
        assert api.calls == 1
        world.advance_to(BEGINS + HOUR + seconds * SECOND)
    assert len(api.sent) == 1 and api.calls == 2


def test_an_answer_that_is_lost_is_unknown_and_nothing_is_repeated(world: World, api: BotApi) -> None:
    api.silent = 1
    world.advance_to(BEGINS + HOUR)
    assert len(api.sent) == 1
    assert [delivery.status for delivery in world.deliveries.all()] == ["calling"]
    dispatch(world.ports, queued_again(world))
    assert api.calls == 1


def test_a_press_tells_that_a_message_whose_fate_nobody_knew_is_there(world: World, api: BotApi) -> None:
    api.silent = 1
    world.advance_to(BEGINS + HOUR)
    key = api.sent[0].body["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    api.happens("presses", CHAT, 0, data=key)
    bring(world, api, times=3)
    assert [delivery.status for delivery in world.deliveries.all()] == ["sent"]
    assert rungs_reached(anna(world).evidence, 0)["telegram"]["clicked"] == 1


def test_a_broken_server_leaves_it_unknown_and_a_token_that_was_revoked_parks_the_channel(world: World, api: BotApi) -> None:
    api.refusals = [Refusal(401, "Unauthorized")]
    world.advance_to(BEGINS + HOUR + MINUTE)
    assert verdicts(world)[-1] == (1, "hold", "transport_busy") and api.sent == []
    world.advance_to(BEGINS + 2 * HOUR + MINUTE)
    assert len(api.sent) == 1
    api.refusals = [Refusal(502, "Bad Gateway")]
    world.advance_to(BEGINS + 3 * DAY)
    assert sorted(delivery.status for delivery in world.deliveries.all()) == ["calling", "sent"]


def test_a_stop_that_comes_late_and_twice_holds_and_an_open_door_is_no_yes(world: World, api: BotApi) -> None:
    world.advance_to(BEGINS + HOUR)
    api.happens("writes", CHAT, world.now // 1000, text="/stop")
    world.advance_to(BEGINS + 5 * HOUR)
    bring(world, api, times=2)
    api.happens("blocks", CHAT, world.now // 1000)
    api.happens("lets in", CHAT, world.now // 1000 + 60)
    bring(world, api, times=2)
    world.advance_to(BEGINS + 3 * DAY)
    assert len(api.sent) == 1
    word = consent_for(anna(world).consents, "telegram", "offers")
    assert word is not None and word.status == "withdrawn"
    told = [event.name for event in world.events.latest(ANNA, 100) if event.type == "track"]
    assert (told.count("Unsubscribed"), told.count(CHAT_OPENED)) == (2, 1)


def test_words_are_a_reply(world: World, api: BotApi) -> None:
    api.happens("writes", CHAT, world.now // 1000, text="In blue, please")
    bring(world, api, times=2)
    assert rungs_reached(anna(world).evidence, 0)["telegram"]["replied"] == 1


def start(world: World, api: BotApi, person: int, link: str) -> None:
    api.happens("writes", person, world.now // 1000, text=f"/start {link.rpartition('=')[2]}")
    bring(world, api, times=2)


def test_who_follows_the_link_is_known_by_their_chat_and_has_agreed_to_nothing(world: World, api: BotApi) -> None:
    world.post([{"type": "identify", "userId": "vera", "traits": {"email": "vera@example.com"}}])
    vera = world.customers.load(customer_id(identifier("user", "vera") or WHO))
    assert vera is not None
    link = chat_url(world.ports, "ShopBot", vera.state, world.now)
    assert link.startswith("https://t.me/ShopBot?start=") and len(link.rpartition("=")[2]) <= 64
    start(world, api, 500, link)
    state = world.customers.load(vera.state.id)
    assert state is not None and state.state.address("telegram") == "500"
    assert state.state.held["telegram"][0].verified and consent_for(state.state.consents, "telegram", "offers") is None
    api.happens("writes", 500, world.now // 1000, text="hello")
    bring(world, api)
    assert [event.name for event in world.events.latest(vera.state.id, 10)].count("Message Replied") == 1


@pytest.mark.parametrize("how", ["forged", "old", "cut", "nobody's"])
def test_a_link_that_is_not_ours_or_too_old_joins_nobody(world: World, api: BotApi, how: str) -> None:
    link = chat_url(world.ports, "ShopBot", anna(world), world.now)
    if how == "old":
        world.advance_to(BEGINS + 9 * DAY)
    start(world, api, 500, {"forged": link[:-3] + "abc", "old": link, "cut": link[:-5], "nobody's": "x=hello"}[how])
    assert world.ports.identifiers.find([identifier("telegram", "500") or WHO]) == {}
    assert world.meter.counts["chats", "channel=telegram", "outcome=strange"] == 2
