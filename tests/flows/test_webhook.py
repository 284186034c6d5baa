"""The webhook, over its receiver's HTTP: what nobody knows to be heard is said again under its id, and a receiver that is gone is left."""

from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection
from typing import Any

import pytest

from chalicelib.adapters.web import Line, Web
from chalicelib.adapters.webhook import WebhookTransport
from chalicelib.backtest.world import World
from chalicelib.channels.webhook import WebhookRequest
from chalicelib.flows.dispatch import dispatch
from chalicelib.model.decision import Message
from chalicelib.model.errors import TransportFailed
from chalicelib.model.instant import DAY, HOUR, MINUTE
from chalicelib.model.suppression import Suppression
from chalicelib.rulebook.brand import Brand
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook
from simulators.serving import serving
from simulators.shop_day import BEGINS
from simulators.webhook_receiver import Reply, WebhookReceiver, WebhookServer

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SEND = {"channel": "webhook", "template": "cart"}
URL = "https://crm.nutshell.example/beckon"


def shop(url: str = URL) -> Rulebook:
    rule = Rule.model_validate({
        "id": "cart", "messageType": "transactional",
        "trigger": {"kind": "abandonment", "wait": "1h", "start": [{"event": "Product Added"}], "cancel": [{"event": "Order Completed"}]},
        "steps": [{"send": SEND}, {"after": "1h", "send": SEND}]})
    brand = Brand.model_validate({"name": "Shop", "sender": {"email": "hello@shop.example", "name": "Shop"}, "timezone": "Europe/Sofia",
                                  "channels": {"webhook": {"url": url}}})
    return Rulebook(brand=brand, rules={"cart": rule}, templates={"cart": {"webhook.en.text": "{{ customer.firstName }} left a cart"}},
                    digest="webhook")


class Shop:
    """A world with a cart left behind, and the receiver at the other end. A queue brings again what was not done."""

    def __init__(self, port: int, receiver: WebhookReceiver, clock: list[int]) -> None:
        post = Web("the endpoint", lambda url: Line(HTTPConnection("127.0.0.1", port, timeout=5), "crm.nutshell.example", "/beckon"))
        self.receiver, self.clock = receiver, clock
        self.transport = WebhookTransport(post, lambda: SECRET, lambda: self.world.now)
        self.world = World(shop(), BEGINS, transports={"webhook": self.transport})
        self.world.post([{"type": "identify", "userId": "anna", "traits": {"firstName": "Anna"}},
                         {"type": "track", "userId": "anna", "event": "Product Added", "properties": {"product_id": "b-1", "price": 5}}])

    def until(self, moment: int) -> None:
        self.clock[0] = moment
        self.world.advance_to(moment)

    def again(self) -> Message:
        """The newest message that was put into the queue."""
        found = [effect.message for _, effects, _ in self.world.customers.stream for effect in effects if hasattr(effect, "message")]
        return found[-1]

    def status(self) -> list[str]:
        return [delivery.status for delivery in self.world.deliveries.all()]

    def reasons(self) -> list[str | None]:
        return [decision.reason for decision in sorted(self.world.decisions.all(), key=lambda each: (each.decided_at, each.step))]


@pytest.fixture
def made() -> Iterator[Shop]:
    clock = [BEGINS]
    receiver = WebhookReceiver(SECRET, lambda: clock[0] / 1000)
    with serving(WebhookServer(receiver)) as server:
        yield Shop(server.server_address[1], receiver, clock)


def test_the_system_is_called_under_the_customers_own_name(made: Shop) -> None:
    made.until(BEGINS + HOUR)
    ((key, call),) = made.receiver.taken.items()
    assert (call["data"]["recipient"], call["data"]["text"], call["data"]["key"]) == ("anna", "Anna left a cart", key)
    assert made.status() == ["sent"]


def test_an_answer_that_is_lost_is_asked_for_again_under_the_same_id(made: Shop) -> None:
    made.receiver.silent = 1
    with pytest.raises(TransportFailed) as caught:
        made.until(BEGINS + HOUR)
    assert caught.value.ambiguous and made.status() == ["calling"]
    dispatch(made.world.ports, made.again())
    assert len(made.receiver.taken) == 1 and made.receiver.calls == [*made.receiver.taken] * 2
    assert made.status() == ["sent"]


@pytest.mark.parametrize("status", [500, 501, 408, 409])
def test_a_broken_system_is_called_again(made: Shop, status: int) -> None:
    made.receiver.replies = [Reply(status)]
    with pytest.raises(TransportFailed):
        made.until(BEGINS + HOUR)
    dispatch(made.world.ports, made.again())
    assert made.status() == ["sent"] and len(made.receiver.calls) == 2


class Dies(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_died_in_the_call_leaves_a_message_that_is_sent_again(made: Shop, when: str) -> None:
    class Dying:
        def send(self, request: WebhookRequest) -> str:
            if when == "after":
                made.transport.send(request)
            raise Dies

    whole = made.world.ports
    made.world.ports = replace(whole, transports={"webhook": Dying()})
    with pytest.raises(Dies):
        made.until(BEGINS + HOUR)
    assert made.status() == ["calling"]
    made.world.ports = whole
    dispatch(whole, made.again())
    dispatch(whole, made.again())
    assert made.status() == ["sent"] and len(made.receiver.taken) == 1
    assert len(made.receiver.calls) == (2 if when == "after" else 1)


def test_what_may_have_gone_out_is_not_refused_by_its_copy(made: Shop) -> None:
    """She buys between the call and its copy: the copy may not go, and nobody may say that the message did not."""

    class Dying:
        def send(self, request: WebhookRequest) -> str:
            made.transport.send(request)
            raise Dies

    whole = made.world.ports
    made.world.ports = replace(whole, transports={"webhook": Dying()})
    with pytest.raises(Dies):
        made.until(BEGINS + HOUR)
    message = made.again()
    made.world.ports = whole
    made.world.post([{"type": "track", "userId": "anna", "event": "Order Completed",
                      "properties": {"order_id": "o", "products": [{"product_id": "b-1"}]}}])
    dispatch(whole, message)
    made.world.run_until_idle()
    assert made.status() == ["calling"] and len(made.receiver.calls) == 1
    assert "exited" not in [decision.reason for decision in made.world.decisions.all() if decision.key == message.key]


@pytest.mark.parametrize(("reply", "wait"), [(Reply(429, {"Retry-After": "3600"}), HOUR), (Reply(404), HOUR), (Reply(302), HOUR)])
def test_a_long_wait_is_the_customers_timer(made: Shop, reply: Reply, wait: int) -> None:
    made.receiver.replies = [reply]
    made.until(BEGINS + HOUR + wait - 1)
    assert made.receiver.taken == {} and made.reasons()[-1] == "transport_busy"
    made.until(BEGINS + HOUR + wait)
    assert len(made.receiver.taken) >= 1


def test_a_refused_message_is_refused(made: Shop) -> None:
    made.receiver.replies = [Reply(422)]
    made.until(BEGINS + HOUR + MINUTE)
    assert made.status() == ["failed"] and made.reasons()[-1] == "transport_refused"


def test_an_endpoint_that_is_gone_is_left_by_everybody_until_there_is_another(made: Shop) -> None:
    made.receiver.replies = [Reply(410)]
    made.until(BEGINS + 3 * DAY)
    assert len(made.receiver.calls) == 1 and made.receiver.taken == {}
    assert made.reasons() == [None, "endpoint_gone", None, "endpoint_gone"]
    assert made.world.meter.counts["endpoints", "channel=webhook", "outcome=gone"] == 1
    assert made.world.ports.suppressions.find("webhook", "anna", "offers") == [], "nobody's own address is closed"
    moved: Any = shop(URL + "/v2")
    made.world.ports = replace(made.world.ports, rulebook=lambda: moved)
    made.world.post([{"type": "track", "userId": "boris", "event": "Product Added", "properties": {"product_id": "b-1", "price": 5}},
                     {"type": "identify", "userId": "boris", "traits": {"firstName": "Boris"}}])
    made.until(made.world.now + HOUR)
    assert [call["data"]["recipient"] for call in made.receiver.taken.values()] == ["boris"]


def test_who_opted_out_of_it_is_not_told_of(made: Shop) -> None:
    made.world.ports.suppressions.add(Suppression("webhook", "anna", "*", "suppressed_complaint", BEGINS))
    made.until(BEGINS + HOUR + MINUTE)
    assert made.receiver.calls == [] and made.reasons()[-1] == "suppressed_complaint"
