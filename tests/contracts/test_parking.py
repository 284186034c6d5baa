"""The contract of the place for what cannot be processed."""

from chalicelib.ports import Parked

from .conftest import Stores
from .stories import NINE


def parked(parked_id: str = "e1", at: int = NINE, place: str = "fold", body: str = "{}") -> Parked:
    return Parked(place, parked_id, at, "KeyError: 'id'", body)


def test_what_was_set_aside_is_there_whole(stores: Stores) -> None:
    whole = parked("\ud800", body='{"lone": "\ud800", "binary": "\x00\x01"} and no JSON ' + "ї" * 50_000)
    stores.parking.park(whole)
    assert stores.parking.parked("fold", 10) == [whole]
    assert stores.parking.parked("ingest", 10) == []


def test_what_comes_again_is_one_entry_with_the_time_it_came_first(stores: Stores) -> None:
    stores.parking.park(parked())
    stores.parking.park(parked(at=NINE + 1))
    assert stores.parking.parked("fold", 10) == [parked()]


def test_the_newest_of_a_place_come_first(stores: Stores) -> None:
    for number in range(5):
        stores.parking.park(parked(f"e{number}", at=NINE + number))
    stores.parking.park(parked("elsewhere", place="relay", at=NINE + 9))
    assert [entry.id for entry in stores.parking.parked("fold", 3)] == ["e4", "e3", "e2"]


def test_one_is_found_by_its_id_and_taken_away(stores: Stores) -> None:
    stores.parking.park(parked("\ud800"))
    stores.parking.park(parked("e2"))
    assert stores.parking.get("fold", "\ud800") == parked("\ud800")
    assert stores.parking.get("ingest", "e2") is None
    for _ in range(2):
        stores.parking.remove("fold", "\ud800")
    assert stores.parking.get("fold", "\ud800") is None
    assert stores.parking.parked("fold", 10) == [parked("e2")]
