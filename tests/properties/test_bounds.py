"""However busy somebody is, what is kept of them stays small: 64 KB of state as plain JSON, 200 lines of cart, 256 remembered events."""

from typing import Any

from chalicelib.adapters.dynamodb.codec import encode
from chalicelib.engine.accept import accept
from chalicelib.engine.advance import advance
from chalicelib.model.asked import MOST_ASKED, MOST_ASKED_A_DAY
from chalicelib.model.canonical import canonical_json
from chalicelib.model.consent import MOST_CONSENTS
from chalicelib.model.customer import Customer
from chalicelib.model.event import CUSTOMER_ABSORBED, Event
from chalicelib.model.facts import NO_FACTS
from chalicelib.model.instant import HOUR, MINUTE, SECOND, format_instant
from chalicelib.model.outcome import Record
from chalicelib.model.traits import MOST_TRAIT_BYTES, MOST_TRAITS

from .calls import NINE
from .lives import ANNA, ring, rules

BOOK = rules()
STATE = 64 * 1024
WORDS = ("quiet", "sea", "of", "paper", "boats", "winter", "gardens", "and", "the", "long", "night")


class Robot:
    """Somebody who never stops. `most` is the largest state seen: plain JSON, and as stored."""

    def __init__(self) -> None:
        self.state, self.now, self.number = Customer(ANNA), NINE, 0
        self.most = self.most_stored = 0

    def does(self, call: dict[str, Any], after: int = SECOND) -> list[Any]:
        """One call, and before it all rings that are due. Gives back what was decided."""
        self.now, self.number, effects = self.now + after, self.number + 1, []
        while self.state.ring is not None and self.state.ring <= self.now:
            outcome = advance(self.state, ring(self.state, self.now), NO_FACTS, BOOK, self.now)
            self.state, effects = outcome.state, [*effects, *outcome.effects]
        event = accept({"userId": "robot", "messageId": f"m{self.number}", **call}, "browser/web", self.now)
        outcome = advance(self.state, event, NO_FACTS, BOOK, self.now)
        self.state, effects = outcome.state, [*effects, *outcome.effects]
        if self.number % 100 == 0:
            self.look()
        return [effect.decision for effect in effects if isinstance(effect, Record)]

    def look(self) -> None:
        """Measure."""
        document = self.state.document()
        self.most = max(self.most, len(canonical_json(document).encode("utf-8", "surrogatepass")))
        self.most_stored = max(self.most_stored, len(encode(document)))
        assert self.most <= STATE
        assert len(self.state.cart.lines()) <= 200 and len(self.state.cart.settled) <= 200
        assert len(self.state.recent) <= 256


def book(number: int) -> dict[str, Any]:
    """A product like no other."""
    name = " ".join(WORDS[number * step % len(WORDS)] for step in range(1, 7))
    return {"product_id": f"b-{number}", "name": f"{name} {number}", "price": number % 90 + 0.99, "currency": "EUR"}


def track(event: str, **properties: Any) -> dict[str, Any]:
    return {"type": "track", "event": event, "properties": properties}


def test_twenty_thousand_events_of_one_robot() -> None:
    """It looks around all day, shops a little, and at last fills the largest cart it can. Bounded also as plain JSON."""
    robot = Robot()
    for number in range(19_000):
        match number % 50:
            case 0:
                robot.does(track("Order Completed", order_id=f"o{number}"))
            case 1 | 2:
                robot.does(track("Product Added", **book(number)))
            case 3:
                robot.does({"type": "identify", "traits": {"email": "robot@example.com", f"trait-{number}": WORDS[number % 11] * 9}})
            case _:
                robot.does({"type": "page", "name": "Home", "properties": {"path": f"/{number}"}})
    for number in range(1_000):
        robot.does(track("Product Added", **book(number)))
    robot.look()
    assert robot.number == 20_000
    assert robot.most_stored <= STATE // 4


def test_full_carts_told_again_and_again() -> None:
    """Each time the whole cart of two hundred lines: what waits to be put in order is bounded in lines, too."""
    robot = Robot()
    for number in range(120):
        robot.does(track("Cart Viewed", products=[book(number * 200 + line) for line in range(200)]))
    robot.look()


def test_a_life_of_the_longest_texts_that_are_taken() -> None:
    """Somebody who fills every field as far as it goes, in letters of four bytes. What they said no to is not forgotten."""
    robot, reasons = Robot(), []
    for number in range(300):
        text = "\U0001d552" * 250
        long = dict.fromkeys(("product_id", "variant", "name", "brand", "url", "image_url"), f"{number:04d}{text}")
        for event in ("Product Added", "Product Viewed", "Product Added to Wishlist", "Product Back In Stock Requested", "Cart Updated"):
            reasons += robot.does(track(event, **long, price=1, products=[long]))
        robot.does({"type": "identify", "anonymousId": f"{number}{text}", "traits": {
            "email": f"{'x' * 60}-{number}@{'y' * 60}.example", "loyaltyCard": f"{number}{text}", f"trait {number}": 4 * text,
            "consents": {f"{'c' * 50}{number % 7}": {f"{'t' * 50}{number}": number % 9 > 0}}}})
        robot.look()
    robot.does(track("Unsubscribed", channel="email"))
    assert robot.state.consents["email/*"].status == "withdrawn"
    withdrawn = [consent for consent in robot.state.consents.values() if consent.status == "withdrawn"]
    assert len(withdrawn) == 1 + sum(not number % 9 for number in range(300))
    assert {decision.reason for decision in reasons} >= {"run_limit"}


def test_removals_of_a_thousand_things_that_never_were_there() -> None:
    """Ends of runs that never began are forgotten before any run that waits."""
    robot = Robot()
    robot.does(track("Cart Updated", products=[{"product_id": "wanted"}]))
    for number in range(1_000):
        robot.does(track("Product Removed", product_id=f"b-{number}", price=1), after=1)
    assert len(robot.state.memory["by-product"]) <= 200
    assert "wanted" in robot.state.memory["by-product"]
    denied = robot.does({"type": "page"}, after=10 * MINUTE)
    assert [(decision.rule, decision.run_key, decision.reason) for decision in denied] == [("by-product", "wanted", "no_longer_matches")]


def test_three_days_of_visits_that_arrive_at_once() -> None:
    """A phone that was offline, or a robot: the oldest visits end and say so, the newest wait on."""
    robot, reasons = Robot(), []
    for number in range(400):
        at = format_instant(robot.now - (400 - number) * 10 * MINUTE)
        visit = {**track("Cart Updated", products=[{"product_id": "b-1"}]), "timestamp": at}
        reasons += [decision.reason for decision in robot.does(visit, after=0)]
        robot.state.ring = None  # no ring comes in between
    assert len(robot.state.memory["by-product"]["b-1"]) <= 64
    assert set(reasons) == {"run_limit"} and len(reasons) >= 300


def test_one_blob_does_not_push_out_who_somebody_is() -> None:
    robot = Robot()
    robot.does({"type": "identify", "traits": {"email": "anna@example.com", "firstName": "Anna"}})
    robot.does({"type": "identify", "traits": {"notes": "x" * 20_000}})
    robot.does({"type": "identify", "traits": {"y" * 20_000: True, "city": "Sofia"}})
    assert robot.state.traits == {"email": "anna@example.com", "firstName": "Anna", "city": "Sofia"}


def test_a_withdrawal_counts_however_much_was_agreed_to() -> None:
    """A full list forgets the oldest yes, never a no."""
    robot = Robot()
    robot.does({"type": "identify", "traits": {"consents": {"email": True}}})
    for number in range(30):
        robot.does({"type": "identify", "traits": {"consents": {f"channel-{number}": [f"topic-{topic}" for topic in range(10)]}}})
    assert len(robot.state.consents) == MOST_CONSENTS
    robot.does(track("Unsubscribed", channel="email"))
    assert robot.state.consents["email/*"].status == "withdrawn"


def test_what_waits_to_be_confirmed_stays_little() -> None:
    """A form filled in for weeks, on ever new topics: a few questions a day, and no more is kept than could be answered."""
    robot, told = Robot(), 0
    robot.does({"type": "identify", "traits": {"email": "anna@example.com"}})
    for number in range(500):
        before = {key: asked.told for key, asked in robot.state.asked.items()}
        robot.does(track("Subscribed", topic=f"topic-{number}", confirm=True, source="s" * 500, text_version="v" * 500), after=HOUR)
        told += sum(before.get(key) != asked.told for key, asked in robot.state.asked.items())
        assert len(robot.state.asked) <= MOST_ASKED
    assert MOST_ASKED_A_DAY < told <= MOST_ASKED_A_DAY * (500 // 24 + 1)
    assert len(canonical_json(robot.state.document()["asked"])) < 5_000


def test_a_late_word_on_an_old_address_does_not_lift_a_newer_one() -> None:
    state, now = Customer(ANNA), NINE + 60 * MINUTE
    for minute, name, address in ((50, "Email Marked as Spam", "new@example.com"), (10, "Email Bounced", "old@example.com")):
        call = {**track(name, email=address), "userId": "anna", "messageId": name, "timestamp": format_instant(NINE + minute * MINUTE)}
        state = advance(state, accept(call, "server/shop", now), NO_FACTS, BOOK, now).state
    assert {key: entry.reason for key, entry in state.suppressed.items()} == {
        "email/new@example.com": "suppressed_complaint", "email/old@example.com": "suppressed_bounce"}


def test_many_devices_that_turn_out_to_be_one_person() -> None:
    """Joined records are together no larger than one may be."""
    whole = Robot()
    for person in range(25):
        robot = Robot()
        for number in range(30):
            traits = {f"trait-{person}-{number}-{place}": WORDS[place] for place in range(3)}
            robot.does({"type": "identify", "traits": {**traits, "consents": {f"channel-{person}": [f"t{number}"]}}})
            robot.does(track("Product Added", **book(person * 100 + number)))
            robot.does(track("Cart Updated", products=[book(person * 100 + number)]))
        robot.does({"type": "page"}, after=10 * MINUTE if person % 2 else SECOND)  # some carts have been looked at already, some wait
        whole.now = robot.now
        joined = Event(id=f"absorbed-{person}", type="engine", name=CUSTOMER_ABSORBED, at=whole.now, received_at=whole.now,
                       properties={"from": "b" * 26, "state": robot.state.document()})
        whole.state = advance(whole.state, joined, NO_FACTS, BOOK, whole.now).state
        whole.look()
    assert len(whole.state.said) <= MOST_TRAITS and len(canonical_json(whole.state.said)) <= MOST_TRAIT_BYTES + 200
    assert len(whole.state.consents) <= MOST_CONSENTS and len(whole.state.journeys) <= 100
    whole.does({**track("Cart Updated", products=[{"product_id": "one more"}]), "messageId": "one more"})
    assert len(whole.state.memory["by-product"]) <= 200
