"""The contracts of who watches which product, and of the waves that wait for their hour."""

from dataclasses import replace

from chalicelib.model.event import BACK_IN_STOCK, ENGINE
from chalicelib.model.instant import DAY, HOUR
from chalicelib.model.page import Page, page_from
from chalicelib.model.watch import SHARDS, Watch

from .conftest import Stores
from .stories import ANNA, BORIS, NINE, viewed

SAW = Watch("price", "b-1", NINE, NINE + 40 * DAY, ((NINE - DAY, 20, "EUR"), (NINE, 25.5, "EUR")))
WAITS = Watch("stock", "b-1", NINE, NINE + 90 * DAY)


def everybody(stores: Stores, aspect: str, product: str = "b-1", after: str | None = None) -> list[tuple[str, str]]:
    """Place and customer of every watcher, in order."""
    return sorted((place, watcher.customer) for shard in range(SHARDS)
                  for place, watcher in stores.watches.page("price" if aspect == "price" else "stock", product, shard, after, 1_000))


def test_who_watches_is_found_with_what_they_saw(stores: Stores) -> None:
    stores.watches.put(ANNA, SAW, 1)
    stores.watches.put(BORIS, replace(SAW, seen=()), 1)
    rows = [row for shard in range(SHARDS) for row in stores.watches.page("price", "b-1", shard, None, 9)]
    found = {watcher.customer: watcher.watch for _, watcher in rows}
    assert found == {ANNA: SAW, BORIS: replace(SAW, seen=())}
    assert everybody(stores, "stock") == everybody(stores, "price", "b-2") == []


def test_a_later_word_counts_and_one_that_comes_late_does_not(stores: Stores) -> None:
    later = replace(SAW, since=NINE + HOUR, seen=((NINE + HOUR, 19, "EUR"),))
    stores.watches.put(ANNA, later, 7)
    stores.watches.put(ANNA, SAW, 6)
    stores.watches.put(ANNA, replace(SAW, seen=()), 7)
    [(_, found)] = [row for shard in range(SHARDS) for row in stores.watches.page("price", "b-1", shard, None, 9)]
    assert found.watch == later


def test_a_watch_is_taken_away_once_or_twice(stores: Stores) -> None:
    stores.watches.put(ANNA, SAW, 1)
    stores.watches.put(ANNA, WAITS, 2)
    stores.watches.remove(ANNA, SAW)
    stores.watches.remove(ANNA, SAW)
    assert (everybody(stores, "price"), [who for _, who in everybody(stores, "stock")]) == ([], [ANNA])


def test_who_waits_longest_comes_first_and_pages_go_on_after_a_place_in_all_shards(stores: Stores) -> None:
    people = [f"{number:026d}" for number in range(60)]
    for number, customer in enumerate(people):
        stores.watches.put(customer, replace(WAITS, since=NINE - number * HOUR), 1)
    in_turn = everybody(stores, "stock")
    assert [customer for _, customer in in_turn] == people[::-1]
    assert everybody(stores, "stock", after=in_turn[19][0]) == in_turn[20:]
    shard = next(shard for shard in range(SHARDS) if len(stores.watches.page("stock", "b-1", shard, None, 99)) > 4)
    rows = stores.watches.page("stock", "b-1", shard, None, 99)
    assert stores.watches.page("stock", "b-1", shard, None, 3) == rows[:3]
    assert stores.watches.page("stock", "b-1", shard, rows[2][0], 2) == rows[3:5]


def test_a_product_of_any_name_can_be_watched(stores: Stores) -> None:
    for name in ("книга/червена", "b" * 900, "a#b", "~"):
        watch = replace(SAW, product=name)
        stores.watches.put(ANNA, watch, 1)
        assert [watcher.watch for shard in range(SHARDS) for _, watcher in stores.watches.page("price", name, shard, None, 9)] == [watch]


def wave(number: int = 1, at: int = NINE, change: int = NINE, product: str = "b-1") -> Page:
    """A wave of people who are told that something is there again since a moment."""
    news = replace(viewed(f"stock-{change}", change, at=at, source=ENGINE), name=BACK_IN_STOCK)
    return Page(news, product, "stock", at, after="place", wave=number)


def test_a_wave_waits_for_its_hour_and_is_forgotten_when_it_has_begun(stores: Stores) -> None:
    first, other = wave(), wave(at=NINE + HOUR, product="b-2")
    stores.waves.wait(first)
    stores.waves.wait(other)
    assert list(stores.waves.due(NINE - 1)) == []
    assert list(stores.waves.due(NINE)) == [first]
    assert list(stores.waves.due(NINE + HOUR)) == [first, other]
    stores.waves.begun(first)
    stores.waves.begun(first)
    assert list(stores.waves.due(NINE + HOUR)) == [other]


def test_of_two_waves_of_a_product_the_later_change_counts_then_the_later_wave(stores: Stores) -> None:
    of_before, second = wave(5, NINE + 9 * HOUR, NINE - HOUR), wave(2, NINE + HOUR)
    stores.waves.wait(of_before)
    stores.waves.wait(wave())
    stores.waves.wait(second)
    for late in (of_before, wave()):
        stores.waves.wait(late)
        stores.waves.begun(late)
    assert list(stores.waves.due(NINE + DAY)) == [second]


def test_a_page_comes_back_from_the_queue_as_it_was() -> None:
    page = replace(wave(), left=3, shard=2)
    assert page_from(page.document()) == page
