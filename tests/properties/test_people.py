"""Eight devices, four users, every kind of mishap: in the end everybody is who a plain model says, nothing is lost and nothing twice.

Devices are without a network at times: they keep what is done there and send it later, in its order. So things arrive in another order than
they happen in, of which devices only keep their own.

In half of the histories work waits, so that much happens before the consequences of what was before, and devices send all they have kept
in one request. Then a yes said between two records' joining and its being carried out may count for less than in the model: the stricter
word wins, and never the other way round. And where one of several records that join had been erased, what the others collected since before
then may be erased with it, if they come after.
"""

from collections.abc import Iterator, Sequence
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

from .people import ALL, DEVICES, SHOWN, TOPICS, USERS, Op, People

HISTORIES, OPERATIONS = 140, 200
MOST_CART_CHANGES = 60  # beyond 64 within a quarter of an hour a cart settles what is oldest
KINDS = ["put"] * 6 + ["identify"] * 5 + ["order", "no", "yes"]
THINGS = ("b-1", "b-2", "b-3", "b-4")
Kept = list[tuple[int, Op]]  # when it happened, and what


def history(seed: int) -> list[Op]:
    """What happens, in the order in which it happens; at most three times the shop joins two users, at most five are erased."""
    chance, told, cart_changes = Random(seed), list[Op](), 0
    aliases, erasures = (set(chance.sample(range(OPERATIONS), chance.randint(0, most))) for most in (3, 5))
    for place in range(OPERATIONS):
        device, user, shown, name = chance.choice(DEVICES), chance.choice(USERS), chance.choice([*SHOWN]), f"e{place}"
        kind = "alias" if place in aliases else "erase" if place in erasures else chance.choice(KINDS)
        if kind in ("put", "order"):
            cart_changes += 1
            kind = kind if cart_changes <= MOST_CART_CHANGES else "view"
        match kind:
            case "alias":
                told.append(Op(kind, name, user=user, other=chance.choice([name for name in USERS if name != user])))
            case "identify":
                told.append(Op(kind, name, **chance.choice([
                    {"device": device, "user": user}, {"device": device, "user": user}, {"user": user}, {"user": user, "shown": shown},
                    {"device": device, "user": user, "shown": shown}, {"shown": shown}, {"device": device, "shown": shown}])))
            case "erase":
                told.append(Op(kind, name, **chance.choice([{"user": user}, {"device": device}, {"shown": shown}])))
            case _:
                thing = chance.choice([*TOPICS, ALL] if kind in ("yes", "no") else THINGS)
                told.append(Op(kind, name, device, chance.choice([None, None, user]), thing=thing))
    return told


def call_of(op: Op, at: int) -> dict[str, Any]:
    """The call by which Beckon learns of it."""
    said = {"messageId": op.id, "timestamp": format_instant(at), "anonymousId": op.device, "userId": op.user, "previousId": op.other}
    known = {name: value for name, value in said.items() if value is not None}
    events = {"put": "Product Added", "order": "Order Completed", "yes": "Subscribed", "no": "Unsubscribed", "view": "Product Viewed"}
    if op.kind in ("yes", "no"):
        return {**known, "type": "track", "event": events[op.kind], "properties": {"topic": op.thing}}
    if op.kind in events:
        return {**known, "type": "track", "event": events[op.kind], "properties": {"product_id": op.thing} if op.kind == "put" else {}}
    return {**known, "type": op.kind, "traits": {SHOWN[op.shown]: op.shown} if op.shown else {}}


def requests(sent: Kept, *, one_by_one: bool) -> Iterator[Kept]:
    """What a device sends, in one request or one by one. Whoever comes to the device comes first in a request: a call without a user id
    that is sent again goes to whom the device belongs by then (see vectors/identity.json)."""
    request: Kept = []
    for at, op in sent:
        if request and (one_by_one or op.kind == "identify"):
            yield request
            request = []
        request.append((at, op))
    if request:
        yield request


class Mishaps(UnreliableWorld):
    """A world in which calls fail, processes die, requests and stream records come again, and, when it lags, work waits."""

    def __init__(self, seed: int, *, lags: bool) -> None:
        super().__init__(rulebook(), BEGINS)
        self.chance, self.lags = Random(f"mishaps {seed}"), lags
        self.kept, self.sent = dict[str, Kept](), dict[str | None, Kept]()

    def run_until_idle(self) -> None:
        """All there is to do; of a world that lags only some."""
        if not self.lags:
            super().run_until_idle()
        else:
            for _ in range(self.chance.choice([0] * 6 + [1, 3])):
                self._step()

    def happens(self, op: Op) -> Kept:
        """It happens now; what arrives of it and of what was before, in the order of arrival."""
        self.now += SECOND
        if op.device is None or op.kind == "erase":
            return [(self.now, op)]
        kept = self.kept.setdefault(op.device, [])
        kept.append((self.now, op))
        online = op.device if self.chance.random() < 0.5 else self.chance.choice(DEVICES)
        return self.kept.pop(online, [])

    def arrives(self, request: Kept) -> list[Kept]:
        """Let it arrive, with what may go wrong; all that has arrived."""
        cut = OneCut(self.chance.randint(1, 25), self.chance.choice(["kill_before", "kill_after", "lost_answer", "throttle"]))
        self.set_fault(cut if self.chance.random() < 0.3 else Fault())
        arrived, first = [request], request[0][1]
        if first.kind == "erase":
            self._erase(first.user or first.device or first.shown or "")
        else:
            if self.chance.random() < 0.1 and first.device in self.sent:
                arrived.insert(0, self.sent[first.device])  # the device is not sure that those before were taken
            self.sent[first.device] = request
            for calls in (*arrived, *self.chance.choice([[], [], [], [request]])):
                self.post([call_of(op, at) for at, op in calls])
        if self._folded and self.chance.random() < 0.1:  # the stream begins again a little further back
            self._handled(lambda: fold(self.ports, self.events.stream[max(0, self._folded - 20):self._folded]))
        return arrived

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
        for request in requests(world.happens(op), one_by_one=not lags):
            for arrived in world.arrives(request):
                for at, what in arrived:
                    people.do(what, at)
    for kept in world.kept.values():
        for request in requests(kept, one_by_one=not lags):
            for arrived in world.arrives(request):
                for at, what in arrived:
                    people.do(what, at)
    world.end()
    return world, people


def differences(world: Mishaps, people: People, *, lags: bool) -> list[str]:
    """Where Beckon and the model do not agree."""
    found: dict[str, Customer] = {}
    wrong = [f"parked: {parked.reason}" for parked in world.ports.parking.parked("fold", 3)]
    for who in (*USERS, *DEVICES, *SHOWN):
        customer, person = find_customer(world.ports, who), people.known.get(who)
        if person is None or person.began is None:
            if customer is not None:
                wrong.append(f"{who} is known as {customer.name}, and should not be: {customer.document()}")
            continue
        if customer is None:
            wrong.append(f"{who} is not known")
            continue
        found[who] = customer
        if lags and person.joined_erased:
            continue
        cart = {line["productId"]: line["quantity"] for line in customer.cart.lines()}
        if cart != person.cart():
            wrong.append(f"the cart of {who} holds {cart}, not {person.cart()}")
        for topic in (*TOPICS, ALL):
            counts, meant = consent_for(customer.consents, "email", topic), person.word(topic)
            said, word = counts and {"given": "yes", "withdrawn": "no"}[counts.status], meant and meant[1]
            if said != word and not (lags and (said, word) == ("no", "yes")):  # in doubt no letter is written
                wrong.append(f"{who} said {word} to {topic}, not {said}")
        homes = [*customer.absorbed, customer.id]
        logged = {event.id for home in homes for event in world.events.latest(home, 1_000) if event.type != "engine"}
        missing = {op.id for at, op in person.happened.values() if at > (person.erased or 0)} - logged
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
