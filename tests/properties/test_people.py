"""Eight devices, four users, every kind of mishap: in the end everybody is who a plain model says, nothing is lost and nothing twice.

In half of the histories work waits, so that much happens before the consequences of what was before. Then a yes said between two records'
joining and its being carried out may count for less than in the model: the stricter word wins, and never the other way round.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from chalicelib.flows.fold import fold
from chalicelib.flows.lookup import find_customer
from chalicelib.flows.rights import ask_erasure
from chalicelib.model.consent import consent_for
from chalicelib.model.customer import Customer
from chalicelib.model.errors import BeckonError
from chalicelib.model.instant import SECOND, format_instant
from simulators.cuts import Fault, Killed, OneCut
from simulators.shop_day import BEGINS, rulebook
from simulators.unreliable_world import UnreliableWorld

from .people import DEVICES, USERS, Op, People

HISTORIES, OPERATIONS = 200, 200
MOST_CART_CHANGES = 60  # beyond 64 within a quarter of an hour a cart settles what is oldest
KINDS = ["put"] * 6 + ["identify"] * 5 + ["order", "no", "yes"]


def history(seed: int) -> list[Op]:
    """What happens, in the order in which it happens; at most three times the shop joins two users, at most five are erased."""
    chance, told, cart_changes = Random(seed), list[Op](), 0
    aliases, erasures = (set(chance.sample(range(OPERATIONS), chance.randint(0, most))) for most in (3, 5))
    for place in range(OPERATIONS):
        device, user = chance.choice(DEVICES), chance.choice(USERS)
        kind = "alias" if place in aliases else "erase" if place in erasures else chance.choice(KINDS)
        if kind in ("put", "order"):
            cart_changes += 1
            kind = kind if cart_changes <= MOST_CART_CHANGES else "view"
        match kind:
            case "alias":
                told.append(Op(kind, f"e{place}", user=user, other=chance.choice([name for name in USERS if name != user])))
            case "identify":
                told.append(Op(kind, f"e{place}", chance.choice([device, device, None]), user))
            case "erase":
                told.append(Op(kind, f"e{place}", *chance.choice([(None, user), (device, None)])))
            case _:
                told.append(Op(kind, f"e{place}", device, chance.choice([None, None, user])))
    return told


def call_of(op: Op, at: int) -> dict[str, Any]:
    """The call by which Beckon learns of it."""
    said = {"messageId": op.id, "timestamp": format_instant(at), "anonymousId": op.device, "userId": op.user, "previousId": op.other}
    known = {name: value for name, value in said.items() if value is not None}
    events = {"put": "Product Added", "order": "Order Completed", "yes": "Subscribed", "no": "Unsubscribed", "view": "Product Viewed"}
    if op.kind in events:
        return {**known, "type": "track", "event": events[op.kind], "properties": {"product_id": op.id}}
    return {**known, "type": op.kind}


class Mishaps(UnreliableWorld):
    """A world in which calls fail, processes die, requests and stream records come again, and, when it lags, work waits."""

    def __init__(self, seed: int, *, lags: bool) -> None:
        super().__init__(rulebook(), BEGINS)
        self.chance, self.lags, self.sent = Random(f"mishaps {seed}"), lags, dict[str | None, dict[str, Any]]()

    def run_until_idle(self) -> None:
        """All there is to do; of a world that lags only some."""
        if not self.lags:
            super().run_until_idle()
        else:
            for _ in range(self.chance.choice([0] * 6 + [1, 3])):
                self._step()

    def do(self, op: Op) -> int:
        """Let it happen, with what may go wrong; the moment it happened."""
        self.now += SECOND
        at = self.now
        cut = OneCut(self.chance.randint(1, 25), self.chance.choice(["kill_before", "kill_after", "lost_answer", "throttle"]))
        self.set_fault(cut if self.chance.random() < 0.3 else Fault())
        if op.kind == "erase":
            self._erase(op.user or op.device or "")
        else:
            if self.chance.random() < 0.1 and op.device in self.sent:
                self.post([self.sent[op.device]])  # the device is not sure that the one before was taken
            self.sent[op.device] = call_of(op, at)
            for _ in range(self.chance.choice([1, 1, 1, 2])):
                self.post([self.sent[op.device]])
        if self._folded and self.chance.random() < 0.1:  # the stream begins again a little further back
            self._handled(lambda: fold(self.ports, self.events.stream[max(0, self._folded - 20):self._folded]))
        return at

    def _erase(self, who: str) -> None:
        while True:
            try:
                ask_erasure(self.ports, who)
                break
            except (Killed, BeckonError):
                self.set_fault(Fault())
        self.run_until_idle()

    def end(self) -> None:
        """Everything that was left over is done."""
        self.set_fault(Fault())
        self.lags = False
        self.run_until_idle()


def lived(told: Sequence[Op], seed: int, *, lags: bool) -> tuple[Mishaps, People]:
    """The history in Beckon, and in the model."""
    world, people = Mishaps(seed, lags=lags), People()
    for op in told:
        people.do(op, world.do(op))
    world.end()
    return world, people


def differences(world: Mishaps, people: People, *, lags: bool) -> list[str]:
    """Where Beckon and the model do not agree."""
    found: dict[str, Customer] = {}
    wrong = [f"parked: {parked.reason}" for parked in world.ports.parking.parked("fold", 3)]
    for who in (*USERS, *DEVICES):
        customer, person = find_customer(world.ports, who), people.known.get(who)
        if person is None or person.began is None:
            if customer is not None:
                wrong.append(f"{who} is known as {customer.name}, and should not be: {customer.document()}")
            continue
        if customer is None:
            wrong.append(f"{who} is not known")
            continue
        found[who] = customer
        lines = customer.cart.lines()
        word = consent_for(customer.consents, "email", "offers")
        said = word and {"given": "yes", "withdrawn": "no"}[word.status]
        if sorted(line["productId"] for line in lines) != person.cart() or any(line["quantity"] != 1 for line in lines):
            wrong.append(f"the cart of {who} holds {sorted((line['productId'], line['quantity']) for line in lines)}, not {person.cart()}")
        if said != person.word and not (lags and said == "no" and person.word == "yes"):  # in doubt no letter is written
            wrong.append(f"{who} said {person.word}, not {said}")
        if lags and said == "yes" and person.word == "no":
            wrong.append(f"{who} said no")
        homes = [*customer.absorbed, customer.id]
        logged = {event.id for home in homes for event in world.events.latest(home, 1_000) if event.type != "engine"}
        missing = {op.id for at, op in person.happened if at > (person.erased or 0)} - logged
        if missing:
            wrong.append(f"the log of {who} lacks {sorted(missing)}")
    for one in found:
        for other in found:
            if (found[one].id == found[other].id) != (people.known[one] is people.known[other]):
                wrong.append(f"{one} and {other} are {'one' if found[one].id == found[other].id else 'two'}")
    return wrong


@pytest.mark.parametrize("lags", [False, True], ids=["prompt", "lagging"])
def test_everybody_is_who_the_model_says(lags: bool) -> None:
    for seed in range(HISTORIES // 2):
        world, people = lived(history(seed), seed, lags=lags)
        assert differences(world, people, lags=lags) == [], f"history {seed}"
