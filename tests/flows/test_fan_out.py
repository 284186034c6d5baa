"""A change of the catalog finds everybody it concerns, once, page by page and in waves, and writes nothing for anybody else."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.backtest.world import World
from chalicelib.engine.bounds import MOST_BYTES
from chalicelib.engine.watches import MOST_WATCHES
from chalicelib.flows import fan_out as flow
from chalicelib.flows.lookup import find_customer
from chalicelib.flows.rights import ask_erasure
from chalicelib.flows.separation import separate
from chalicelib.model.canonical import plain_json
from chalicelib.model.event import BACK_IN_STOCK, NEWS, PRICE_CHANGED
from chalicelib.model.instant import DAY, HOUR, MINUTE, format_instant
from chalicelib.model.watch import SHARDS, Aspect
from tests.vectors.shop import rulebook

BEGINS = 1_772_445_600_000  # 2026-03-02T10:00:00Z
DROP = {"id": "drop", "reentry": "0s", "trigger": {"kind": "price_drop", "every": "0s"}}
BACK = {"id": "back", "reentry": "0s", "trigger": {"kind": "back_in_stock"}}


class Shop:
    """A world with the two rules, and short ways to say what happens in it."""

    def __init__(self, *rules: dict[str, Any]) -> None:
        self.world = World(rulebook(*(rules or (DROP, BACK))), BEGINS)
        self._said = 0

    def feed(self, product: str = "b-1", **said: Any) -> None:
        """What the catalog's feed says now; all that follows at once."""
        self.world.products.put(product, {"productId": product, "currency": "EUR", **said, "at": self.world.now})
        self.world.run_until_idle()

    def does(self, who: str, event: str = "Product Viewed", product: str = "b-1", **said: Any) -> None:
        """Somebody does something with a product now."""
        self._said += 1
        person = {"anonymousId": who} if who.startswith("phone") else {"userId": who}
        self.world.post([{"type": "track", "event": event, "messageId": f"m{self._said}", "timestamp": format_instant(self.world.now),
                          "properties": {"product_id": product, **said}, **person}])

    def asks(self, *people: str) -> None:
        """Each asks to be told, a second after the one before."""
        for who in people:
            self.does(who, "Product Back In Stock Requested")
            self.world.now += 1_000

    def passes(self, time: int) -> None:
        """Time passes, with whatever falls due."""
        self.world.advance_to(self.world.now + time)

    def told(self, name: str = PRICE_CHANGED) -> list[str]:
        """The customers in whose logs such news stand, in the order in which they were told."""
        return [self.name_of(arrival.customer) for arrival in self.world.events.stream if arrival.event.name == name]

    def fired(self) -> Counter[str]:
        """How often each customer's rules fired."""
        return Counter(decision.name for decision in self.world.decisions.all())

    def watching(self, aspect: Aspect = "price", product: str = "b-1") -> list[str]:
        """Who is written down with the watchers of a product."""
        return sorted(self.name_of(watcher.customer) for shard in range(SHARDS)
                      for _, watcher in self.world.ports.watches.page(aspect, product, shard, None, 10_000))

    def name_of(self, customer: str) -> str:
        """What people call a customer."""
        record = self.world.customers.load(customer)
        return record.state.name if record else customer


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "PAGE", 7)


def test_everybody_who_saw_it_hears_once_however_many_pages_it_takes() -> None:
    shop = Shop()
    people = [f"reader-{number}" for number in range(100)]
    shop.feed(price=20)
    for who in people:
        shop.does(who)
    shop.passes(HOUR)
    shop.feed(price=15)
    assert sorted(shop.told()) == sorted(people)
    assert shop.fired() == Counter(people)


def test_only_those_are_told_for_whom_it_is_news() -> None:
    shop = Shop()
    shop.feed(price=20)
    shop.feed("b-2", price=20)
    shop.does("saw-it-for-20")
    shop.does("saw-it-for-16", price=16, currency="EUR")
    shop.does("saw-it-in-dollars", price=40, currency="USD")
    shop.does("saw-another", product="b-2")
    shop.does("bought-it")
    shop.passes(MINUTE)
    shop.does("bought-it", "Order Completed", products=[{"product_id": "b-1"}])
    shop.passes(HOUR)
    shop.feed(price=15)
    assert shop.told() == ["saw-it-for-20"]
    assert shop.watching() == ["saw-it-for-16", "saw-it-for-20", "saw-it-in-dollars"], "who bought it is taken away"


def test_what_concerns_no_rule_writes_nothing() -> None:
    shop = Shop({**DROP, "status": "paused"})
    shop.feed(price=20, stock=0)
    shop.does("anna")
    shop.does("anna", "Product Back In Stock Requested")
    shop.feed(price=10, stock=3)
    assert (shop.watching(), shop.watching("stock"), shop.told(), shop.told(BACK_IN_STOCK)) == ([], [], [], [])


def test_who_looks_again_and_again_is_written_down_once_until_it_says_more() -> None:
    shop = Shop()
    written: list[Any] = []
    plain = shop.world.ports.watches.put
    shop.world.ports.watches.put = lambda *word: (written.append(word[1]), plain(*word))[1]  # type: ignore[method-assign]
    shop.feed(price=20)
    for _ in range(50):
        shop.does("anna")
        shop.passes(MINUTE)
    assert len(written) == 1
    shop.does("anna", price=18, currency="EUR")
    assert [watch.prices for watch in written] == [[(20, "EUR")], [(18, "EUR")]]
    shop.passes(11 * DAY)
    shop.does("anna", price=18, currency="EUR")
    assert len(written) == 3, "before it is forgotten it is said again"


def test_a_customer_watches_so_many_products_and_the_oldest_go() -> None:
    shop = Shop({**DROP, "trigger": {"kind": "price_drop"}})
    for number in range(60):
        shop.does("anna", product=f"b-{number}", price=20, currency="EUR")
        shop.passes(MINUTE)
    found = [number for number in range(60) if shop.watching(product=f"b-{number}") == ["anna"]]
    assert found == list(range(20, 60)) and len(found) <= MOST_WATCHES


def test_a_rule_that_is_new_counts_what_was_looked_at_before_it() -> None:
    shop = Shop({**DROP, "status": "paused"})
    shop.feed(price=20)
    shop.does("anna", price=20, currency="EUR")
    live = rulebook(DROP)
    shop.world.ports = replace(shop.world.ports, rulebook=lambda: live)
    shop.passes(HOUR)
    assert shop.watching() == []
    shop.does("anna", product="b-2", price=5, currency="EUR")
    assert (shop.watching(), shop.watching(product="b-2")) == (["anna"], ["anna"])
    shop.passes(HOUR)
    shop.feed(price=15)
    assert shop.told() == ["anna"]


def test_a_robot_that_looks_at_everything_stays_within_the_bound() -> None:
    shop = Shop(DROP, {**BACK, "trigger": {"kind": "back_in_stock", "wishlist": True, "viewed": "ever"}})
    for number in range(120):
        product = f"{number:03}" + "p" * 290
        for event in ("Product Viewed", "Product Added to Wishlist", "Product Back In Stock Requested"):
            shop.does("robot", event, product, price=number + 1, currency="EUR", name="n" * 300)
    robot = find_customer(shop.world.ports, "robot")
    assert robot is not None
    assert len(plain_json(robot.document())) <= MOST_BYTES
    assert len(robot.watching) <= MOST_WATCHES
    written = sum(len(shop.watching(aspect, f"{number:03}" + "p" * 290)) for number in range(120) for aspect in ("price", "stock"))
    assert written == len(robot.watching), "what is written down is what the state says of it"


def test_few_pieces_are_told_in_waves_and_who_has_waited_longest_comes_first() -> None:
    shop = Shop()
    people = [f"reader-{number:02}" for number in range(30)]
    shop.feed(price=20, stock=0)
    shop.asks(*people)
    shop.feed(price=20, stock=5)
    assert shop.told(BACK_IN_STOCK) == people[:10], "two people for each piece"
    shop.passes(59 * MINUTE)
    shop.feed(price=20, stock=2)
    assert len(shop.told(BACK_IN_STOCK)) == 10
    shop.passes(MINUTE)
    assert shop.told(BACK_IN_STOCK) == people[:14], "an hour later as many as the pieces allow that are left"
    shop.passes(HOUR)
    assert shop.told(BACK_IN_STOCK) == people[:18]
    shop.feed(price=20, stock=0)
    shop.passes(DAY)
    assert shop.told(BACK_IN_STOCK) == people[:18], "sold out: nobody else is told"
    shop.feed(price=20, stock=100)
    assert shop.told(BACK_IN_STOCK)[18:] == people, "nobody has got a message yet, so all still wait"


def test_when_it_comes_back_anew_the_waves_of_before_are_over() -> None:
    shop = Shop()
    people = [f"reader-{number:02}" for number in range(12)]
    shop.feed(price=20, stock=0)
    shop.asks(*people)
    shop.feed(price=20, stock=1)
    shop.passes(10 * MINUTE)
    shop.feed(price=20, stock=0)
    shop.passes(10 * MINUTE)
    shop.feed(price=20, stock=1)
    told = shop.told(BACK_IN_STOCK)
    assert told == [*people[:2], *people[:2]]
    shop.passes(50 * MINUTE)
    assert shop.told(BACK_IN_STOCK) == told, "the first series would have gone on by now"
    shop.passes(10 * MINUTE)
    assert shop.told(BACK_IN_STOCK)[4:] == people[2:4]


def test_where_nobody_counts_the_pieces_all_are_told_at_once() -> None:
    shop = Shop()
    people = [f"reader-{number:02}" for number in range(40)]
    shop.feed(price=20, available=False)
    shop.asks(*people)
    shop.feed(price=20, available=True)
    assert shop.told(BACK_IN_STOCK) == people


def test_what_a_device_saw_is_told_to_the_customer_it_turned_out_to_be() -> None:
    shop = Shop()
    shop.feed(price=20)
    shop.does("anna", product="b-9", price=1)
    shop.does("phone-1")
    assert shop.watching() == ["phone-1"]
    shop.world.post([{"type": "identify", "userId": "anna", "anonymousId": "phone-1", "messageId": "i"}])
    assert shop.watching() == ["anna"]
    shop.passes(HOUR)
    shop.feed(price=15)
    assert (shop.told(), shop.fired()) == (["anna"], Counter(["anna"]))


def test_who_is_taken_apart_again_hears_of_what_each_saw() -> None:
    shop = Shop()
    shop.feed(price=20)
    shop.feed("b-2", price=20)
    shop.does("anna", product="b-2")
    shop.does("phone-1")
    shop.world.post([{"type": "identify", "userId": "anna", "anonymousId": "phone-1", "messageId": "i"}])
    assert separate(shop.world.ports, "anna", "phone-1")
    shop.world.run_until_idle()
    assert (shop.watching(), shop.watching(product="b-2")) == (["phone-1"], ["anna"])
    shop.passes(HOUR)
    shop.feed(price=15)
    shop.feed("b-2", price=15)
    assert shop.told() == ["phone-1", "anna"]


def test_who_is_erased_is_written_down_nowhere_and_hears_nothing() -> None:
    shop = Shop()
    shop.feed(price=20, stock=0)
    shop.does("anna")
    shop.asks("anna", "boris")
    shop.world.now += MINUTE
    ask_erasure(shop.world.ports, "anna")
    shop.world.run_until_idle()
    assert (shop.watching(), shop.watching("stock")) == ([], ["boris"])
    shop.passes(HOUR)
    shop.feed(price=10, stock=5)
    assert (shop.told(), shop.told(BACK_IN_STOCK)) == ([], ["boris"])


def test_news_is_nothing_the_customer_did() -> None:
    shop = Shop()
    shop.feed(price=20)
    shop.does("anna")
    before = find_customer(shop.world.ports, "anna")
    shop.passes(DAY)
    shop.feed(price=15)
    after = find_customer(shop.world.ports, "anna")
    assert before and after and shop.told() == ["anna"]
    assert (after.last_seen, after.first_seen) == (before.last_seen, before.first_seen)


@pytest.mark.parametrize("name", NEWS)
def test_a_page_repeated_writes_nothing_twice(name: str) -> None:
    shop = Shop()
    shop.feed(price=20, stock=0)
    shop.asks("anna", "boris")
    shop.does("anna")
    shop.does("boris")
    shop.passes(HOUR)
    shop.feed(price=10, stock=4)
    told = shop.told(name)
    for change in shop.world.products.stream:
        flow.fan_out(shop.world.ports, change)
    shop.world.run_until_idle()
    assert shop.told(name) == told and sorted(told) == ["anna", "boris"]
