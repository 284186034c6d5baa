"""test_stories: an abandoned cart and its one e-mail, two records that become one customer and two again: deployed."""

import hashlib
import json
import re
import uuid

import pytest

from chalicelib.adapters.clock import system_clock
from chalicelib.cli.deployed import ports_of
from chalicelib.model.errors import DeploymentFailed
from chalicelib.model.identity import Identifier, customer_id
from chalicelib.model.instant import SECOND, format_instant, to_datetime
from chalicelib.ports import Source

from .deployment import REGION, STACK, Deployment, eventually

pytestmark = pytest.mark.e2e


def daytime_zone() -> str:
    """A time zone where it is about noon now, so that no quiet hours are in the way. Signs in these names are reversed."""
    ahead = 12 - to_datetime(system_clock()).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def call(kind: str, user: str, seconds_ago: int, **more: object) -> dict[str, object]:
    """A call as a server's SDK would send it."""
    moment = format_instant(system_clock() - seconds_ago * SECOND)
    return {"type": kind, "userId": user, "messageId": str(uuid.uuid4()), "timestamp": moment, **more}


def test_the_api_is_alive(beckon: Deployment) -> None:
    status, text = beckon.get("/health")
    assert (status, json.loads(text)["status"]) == (200, "ok")


def test_a_customer_nobody_knows_is_not_found(beckon: Deployment) -> None:
    status, text = beckon.get("/v1/customers/nobody")
    assert status == 404 and set(json.loads(text)) == {"code", "message"}


def test_an_abandoned_cart_is_answered_once(beckon: Deployment) -> None:
    user = f"anna-{uuid.uuid4()}"
    address = f"{user}@example.com"
    batch = {"batch": [
        call("identify", user, 5, traits={"email": address, "firstName": "Anna", "locale": "en", "timezone": daytime_zone(),
                                          "consents": {"email": ["offers"]}}),
        call("track", user, 4, event="Product Added", properties={
            "product_id": "b1", "name": "The Master and Margarita", "price": 42.5, "quantity": 1, "currency": "EUR"}),
    ]}

    status, text = beckon.post("/v1/batch", batch)
    assert (status, json.loads(text)["stored"]) == (200, 2)
    status, text = beckon.post("/v1/batch", batch)
    assert (status, json.loads(text)["duplicates"]) == (200, 2), "the same batch again is taken, and changes nothing"

    # The customer's id is made of the first identifier ever seen of them.
    customer = customer_id(Identifier("user", user))

    def emails() -> list[dict[str, object]]:
        refused = [decision for decision in beckon.stores.decisions.of_customer(customer, 10) if decision.verdict != "send"]
        assert not refused, (refused[0].reason, refused[0].trace)
        return [email for email in beckon.emails() if address in str(email["To"])]

    (email,) = eventually(emails, "the e-mail on the abandoned cart")
    assert email["Subject"]
    body = f"{email['BodyText']} {email['BodyHtml']}"
    assert "The Master and Margarita" in body

    (decision,) = beckon.stores.decisions.of_customer(customer, 10)
    assert decision.verdict == "send"

    def sent() -> bool:
        delivery = beckon.stores.deliveries.get(decision.key)
        return delivery is not None and delivery.status == "sent"

    eventually(sent, "the record of the delivery")
    status, text = beckon.get(f"/v1/customers/{user}")
    assert status == 200
    assert [(told["verdict"], told["delivery"]) for told in json.loads(text)["decisions"]] == [("send", "sent")]
    beckon.invoke("OnMinute")
    assert len(emails()) == 1, "the timer has rung and does not ring again"

    token = re.search(r"/u/([A-Za-z0-9_.\-~%=]+)", body)
    assert token, "the e-mail has a link to unsubscribe"
    page, _ = beckon.get(f"/u/{token[1]}")
    assert page == 200 and not beckon.stores.suppressions.find("email", address, "offers"), "looking at the page changes nothing"
    status, _ = beckon.post(f"/u/{token[1]}", "List-Unsubscribe=One-Click")
    assert status == 200
    assert [entry.reason for entry in beckon.stores.suppressions.find("email", address, "offers")] == ["unsubscribed"]


def test_a_price_that_falls_is_told_to_who_saw_it(beckon: Deployment) -> None:
    user, book = f"vera-{uuid.uuid4()}", f"b-{uuid.uuid4()}"
    customer, address = customer_id(Identifier("user", user)), f"{user}@example.com"

    def costs(price: float) -> None:
        line = {"productId": book, "name": "Winter in Plovdiv", "price": price, "currency": "EUR", "stock": 9}
        status, text = beckon.post("/v1/catalog/products", {"products": [line]})
        assert (status, json.loads(text)["refused"]) == (200, [])

    costs(20)
    beckon.post("/v1/batch", {"batch": [
        call("identify", user, 5, traits={"email": address, "locale": "en", "timezone": daytime_zone(), "consents": {"email": ["offers"]}}),
        call("track", user, 4, event="Product Viewed", properties={"product_id": book})]})

    def watched() -> bool:
        record = beckon.stores.customers.load(customer)
        return record is not None and bool(record.state.watching) and not record.outbox

    eventually(watched, "the watch on the product")
    costs(15)
    (email,) = eventually(lambda: [email for email in beckon.emails() if address in str(email["To"])], "the e-mail on the price")
    assert "Winter in Plovdiv" in str(email["Subject"])
    decisions = [decision for decision in beckon.stores.decisions.of_customer(customer, 10) if decision.rule == "price-drop"]
    assert [(decision.verdict, decision.channel) for decision in decisions] == [("send", "email")]


def test_an_order_that_is_ready_is_told_by_text_message(beckon: Deployment) -> None:
    user = f"emil-{uuid.uuid4()}"
    beckon.post("/v1/batch", {"batch": [
        call("identify", user, 5, traits={"phone": f"+35988{str(uuid.uuid4().int)[:7]}", "timezone": daytime_zone()}),
        call("track", user, 4, event="Order Ready For Pickup", properties={"order_id": f"o-{uuid.uuid4()}", "store": "Linden Street"})]})

    def sent() -> bool:
        decided = beckon.stores.decisions.of_customer(customer_id(Identifier("user", user)), 10)
        deliveries = [beckon.stores.deliveries.get(decision.key) for decision in decided if decision.verdict == "send"]
        return [(delivery.channel, delivery.status) for delivery in deliveries if delivery] == [("sms", "sent")]

    eventually(sent, "the text message")


def test_a_cart_filled_before_logging_in_joins_the_customer(beckon: Deployment) -> None:
    user, browser = f"boris-{uuid.uuid4()}", str(uuid.uuid4())
    filled = call("track", "", 3, anonymousId=browser, event="Product Added", properties={"product_id": "b2", "price": 10, "quantity": 1})

    assert beckon.post("/v1/batch", {"batch": [call("page", user, 4, name="Home")]})[0] == 200
    assert beckon.post("/v1/batch", {"batch": [filled]})[0] == 200
    assert beckon.post("/v1/batch", {"batch": [call("identify", user, 2, anonymousId=browser)]})[0] == 200

    def cart() -> list[str]:
        status, text = beckon.get(f"/v1/customers/{user}")
        return [line["productId"] for line in json.loads(text)["cart"]["products"]] if status == 200 else []

    assert eventually(cart, "the cart in the customer's own record", seconds=60) == ["b2"]


def test_two_taken_for_one_are_taken_apart_again(beckon: Deployment) -> None:
    user, tablet = f"elena-{uuid.uuid4()}", str(uuid.uuid4())
    filled = call("track", "", 3, anonymousId=tablet, event="Product Added", properties={"product_id": "b3", "price": 10, "quantity": 1})

    def cart(who: str) -> list[str] | None:
        status, text = beckon.get(f"/v1/customers/{who}")
        return [line["productId"] for line in json.loads(text)["cart"]["products"]] if status == 200 else None

    for calls in ([call("page", user, 4, name="Home")], [filled], [call("identify", user, 2, anonymousId=tablet)]):
        assert beckon.post("/v1/batch", {"batch": calls})[0] == 200
    assert eventually(lambda: cart(user) or [], "the tablet's cart in her record", seconds=60) == ["b3"]

    status, text = beckon.post(f"/v1/customers/{user}/separate", {"from": tablet})
    assert (status, json.loads(text)["separated"]["name"]) == (200, tablet), text
    assert eventually(lambda: cart(user) == [] and cart(tablet) == ["b3"], "two customers again", seconds=90)


def test_an_audience_is_given_out_hashed(beckon: Deployment) -> None:
    user = f"regular-{uuid.uuid4()}"
    orders = [call("track", user, 3, event="Order Completed", properties={"order_id": f"{user}-{number}", "total": 9, "currency": "EUR"})
              for number in range(3)]
    asked = call("identify", user, 4, traits={"email": f"{user}@example.com", "consents": {"ads": True}})
    assert beckon.post("/v1/batch", {"batch": [asked, *orders]})[0] == 200

    def told() -> bool:
        status, text = beckon.get("/v1/audiences/regulars/members")
        assert status == 200, text
        wanted = hashlib.sha256(f"{user}@example.com".encode()).hexdigest()
        return wanted in [row["email"] for row in json.loads(text)["identifiers"]]

    assert eventually(told, "the regular among the members", seconds=60)
    _, text = beckon.get(f"/v1/customers/{user}")
    assert [audience["id"] for audience in json.loads(text)["audiences"]] == ["regulars"]
    assert {"Audience Entered"} <= {event.get("event") for event in json.loads(text)["events"]}


def test_an_address_is_closed_by_the_shops_server(beckon: Deployment) -> None:
    address = f"gone-{uuid.uuid4()}@example.com"
    entry = {"channel": "email", "address": address, "reason": "bounce", "at": format_instant(system_clock() - SECOND)}
    assert beckon.post("/v1/suppressions", {"suppressions": [entry]})[0] == 200
    assert [found.reason for found in beckon.stores.suppressions.find("email", address, "offers")] == ["suppressed_bounce"]


def test_a_call_from_nobody_is_set_aside_and_the_rest_is_taken(beckon: Deployment) -> None:
    good, bad = call("track", f"vera-{uuid.uuid4()}", 1, event="Product Viewed"), {"type": "track", "event": "Product Viewed"}
    status, text = beckon.post("/v1/batch", {"batch": [good, bad]})
    counts = json.loads(text)
    assert (status, counts["stored"], counts["quarantined"]) == (200, 1, 1)
    assert beckon.stores.parking.parked("ingest", 10)


def test_whoever_runs_it_finds_the_tables_by_the_name_of_the_stack(beckon: Deployment) -> None:
    ports = ports_of(STACK, REGION)
    assert ports.sources.find(beckon.key) == Source("e2e", "server")
    assert list(ports.deliveries.unknown(ports.clock())) == []
    with pytest.raises(DeploymentFailed, match="there is none"):
        ports_of("no-such-stack", REGION)
