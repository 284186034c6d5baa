"""crashes on moto: the same law with the real adapters: one cart, answered with a coupon code, and the process killed before and after
each single call to AWS in turn.

The calls are those of the engine's own boto3 clients, over HTTP handling, streams, queue and schedule as local mode drives them.
"""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from chalicelib.model.coupon import Stock
from local.faults import Faults, Killed
from local.world import ROOT, World
from simulators.shop_client import ShopClient
from tests.local.conftest import add, identify

from .each_kind import DEATHS

BETWEEN_CALL_AND_RECORD = {"kill_before": {2, 3}, "kill_after": {1, 2}}  # counted from the claim `calling`: the claim, the call, the record
EVERY = 4
OFFER = {"pool": "spring", "percent": 10}


class OneCall(Faults):
    """Strikes the call of one number (from 1) among all services, and keeps what was called."""

    def __init__(self) -> None:
        super().__init__()
        self.aim(0, "kill_before")

    def aim(self, number: int, kind: str) -> None:
        self.number, self.kind, self.services = number, kind, []

    def striking(self, service: str) -> str | None:
        self.services.append(service)
        return self.kind if len(self.services) == self.number else None


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory):
    rules = Path(shutil.copytree(ROOT / "rules", tmp_path_factory.mktemp("shop") / "rules"))
    rule = json.loads((rules / "abandoned-cart.json").read_text("utf-8"))
    (rules / "abandoned-cart.json").write_text(json.dumps({**rule, "offer": OFFER}), "utf-8")
    for part in (rules / "templates" / "abandoned-cart").glob("*.liquid"):
        part.write_text(part.read_text("utf-8") + "{{ offer.code }}", "utf-8")
    (rules / "coupons" / "spring.txt").write_text("SPRING-1\nSPRING-2\n", "utf-8")
    made = World(rules, "http://localhost:8080")
    made.faults = OneCall()
    yield made.start()
    made.stop()


def play(world: World, number: int, kind: str) -> ShopClient:
    """Anna leaves her cart, Grigor never agreed; an hour passes, and what was interrupted gets its time."""
    shop = ShopClient(world)
    shop.begin("2026-03-02T10:00:00Z")
    world.faults.aim(number, kind)
    for calls in ([identify("anna"), identify("grigor", agreed=False)], [add("anna"), add("grigor")]):
        while True:
            try:
                shop.post(*calls)
                break
            except Killed:
                continue  # the SDK got no answer and sends again
    shop.do("clock", {"advance": "1h"})
    shop.do("clock", {"advance": "1h"})
    return shop


@pytest.mark.parametrize("kind", DEATHS)
@pytest.mark.parametrize("first", [pytest.param(first, marks=[] if first % 2 else pytest.mark.e2e) for first in range(1, EVERY + 1)])
def test_at_most_one_mail_whatever_call_it_dies_at(world, first, kind):
    """At every fourth call from the first on: the four together are every call; `make e2e` plays those that `make test` leaves out."""
    undisturbed = play(world, 0, kind)
    calls = list(world.faults.services)
    assert len(undisturbed.get("inbox.json")) == 1
    assert world.ports.coupons.stock("spring") == Stock(1, 0, 1)
    claim = calls.index("sesv2")  # the number, from 1, of the call before: the claim `calling`
    unknown_at = {claim - 1 + place for place in BETWEEN_CALL_AND_RECORD[kind]}
    outcomes = Counter()
    for number in range(first, len(calls) + 1, EVERY):
        shop = play(world, number, kind)
        mails, unknown = len(shop.get("inbox.json")), len(shop.get("unknown.json"))
        decided = {(decision["customer"], decision["verdict"], decision["reason"]) for decision in shop.get("decisions.json")}
        assert mails <= 1, f"two mails after {kind} at call {number}"
        assert mails + unknown >= 1, f"lost silently after {kind} at call {number}"
        assert bool(unknown) == (number in unknown_at), f"{kind} at call {number}"
        assert {("anna", "send", None), ("grigor", "deny", "not_consented")} <= decided
        assert len(shop.get("events.json")) == 4
        assert world.ports.coupons.stock("spring") == Stock(1, 0, 1), f"{kind} at call {number}"
        outcomes.update(runs=1, mails=mails, unknown=unknown)
    assert outcomes["runs"] > 30 // EVERY
