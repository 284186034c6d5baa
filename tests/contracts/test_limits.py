"""The contract of the limits: who does too much waits until the minute is over, and nobody else does."""

from dataclasses import replace

from chalicelib.adapters.dynamodb.limits import DynamoLimits
from chalicelib.model.errors import StoreUnavailable
from chalicelib.model.instant import MINUTE, SECOND

from .conftest import Stores


def test_whoever_has_used_it_up_waits_for_the_next_minute(stores: Stores) -> None:
    assert [stores.limits.spend("robot", 40, 100) for _ in range(4)] == [0, 0, 0, 60], "what began within the limit is taken whole"
    assert stores.limits.spend("anna", 40, 100) == 0
    stores.clock.now += 45 * SECOND
    assert stores.limits.spend("robot", 1, 100) == 15
    stores.clock.now += 15 * SECOND
    assert stores.limits.spend("robot", 1, 100) == 0


def test_a_request_that_is_refused_does_not_count(stores: Stores) -> None:
    stores.limits.spend("robot", 100, 100)
    for _ in range(10):
        assert stores.limits.spend("robot", 100, 100) == 60
    stores.clock.now += MINUTE
    assert stores.limits.spend("robot", 99, 100) == 0
    assert stores.limits.spend("robot", 99, 100) == 0


def test_several_processes_count_together(dynamo: Stores) -> None:
    processes = [replace(dynamo, limits=DynamoLimits(dynamo.limits._table, dynamo.clock)).limits for _ in range(4)]  # type: ignore[attr-defined]
    taken = sum(processes[number % 4].spend("robot", 10, 1_000) == 0 for number in range(400))
    assert 100 <= taken <= 104


def test_who_does_little_costs_no_request(dynamo: Stores) -> None:
    class Untouchable:
        def update(self, *_: object, **__: object) -> object:
            raise AssertionError("somebody was written down who did next to nothing")

    limits = DynamoLimits(Untouchable(), dynamo.clock)  # type: ignore[arg-type]
    for number in range(29_000):
        assert limits.spend(f"visitor {number % 1_000}", 1, 3_000) == 0
    assert len(limits._windows) <= 10_000


def test_when_the_table_is_away_nobody_is_stopped_but_by_what_is_known_here(dynamo: Stores) -> None:
    class Away:
        def update(self, *_: object, **__: object) -> object:
            raise StoreUnavailable("LimitsTable: ThrottlingException")

    limits = DynamoLimits(Away(), dynamo.clock)  # type: ignore[arg-type]
    assert [limits.spend("robot", 50, 100) for _ in range(3)] == [0, 0, 60]
