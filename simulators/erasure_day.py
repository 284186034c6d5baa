"""erasure_day: a day on which five customers are erased, each at another point of her story, and two stay.

Anna's phone joined her before, and her tablet is just joining, with a letter on its way. A letter to Vera is on its way. Elena has
read hers. Olga's is decided on when the word that she is to be erased is waiting already. What the last gate said of Petra's comes late.
Afterwards comes what comes afterwards: late events, an import of the past, receipts, a click on a link, a replay. Boris, who has nothing
to do with them, gets both his letters; Grigor keeps what he did on the tablet that was Anna's before.
"""

from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from typing import Any, TypeVar

from chalicelib.backtest.world import BATCH, SERVER
from chalicelib.flows.ingest import Request, ingest
from chalicelib.flows.lookup import find_customer
from chalicelib.flows.replay import replay
from chalicelib.flows.rights import ask_erasure
from chalicelib.flows.unsubscribe import unsubscribe
from chalicelib.model.errors import BeckonError
from chalicelib.model.instant import DAY, HOUR, MINUTE, SECOND, format_instant
from chalicelib.model.reason import Reason
from chalicelib.model.suppression import Suppression

from .cuts import Fault, Killed
from .shop_day import BEGINS, BOUNCED, ENDS, rulebook
from .unreliable_world import UnreliableWorld

ERASED = {"anna": "anna@example.com", "vera": "veras-phone", "elena": "elena", "olga": "olga", "petra": BOUNCED}
"""Who is erased, and by what they are named when it is asked for."""
STAYS = ("boris", "grigor")
_PHONE = "+359888123456"
PERSONAL = (*ERASED, _PHONE.strip("+"))
"""Whatever is theirs has one of these in it."""
Done = TypeVar("Done")


def play(fault: Fault | None = None, until: str = "the end") -> UnreliableWorld:
    """The day under a fault, to the end of all that follows from it, or only until `the erasures`."""
    world = UnreliableWorld(rulebook(), BEGINS, fault)
    world.reliable.suppressions.add(Suppression("email", BOUNCED, "*", Reason.SUPPRESSED_BOUNCE, BEGINS))
    _before(world)
    world.advance_to(BEGINS + 60 * MINUTE, inclusive=False)  # Elena has her letter by now
    if until == "the erasures":
        return world
    _erasures(world)
    _afterwards(world)
    world.advance_to(ENDS)
    calls = world.fault
    world.set_fault(Fault())
    world.minute()
    world.advance_to(ENDS + 2 * DAY)
    replay(world.ports, 0)
    world.run_until_idle()
    world.fault = calls
    return world


def traces(world: UnreliableWorld) -> list[str]:
    """The erased who can still be found, and what of theirs is left in any store.

    Identifiers, suppressions and limits are left out: the tables hold hashes of these (`adapters/dynamodb/keys.py`).
    """
    doors = world.reliable
    stores = (doors.events, doors.customers, doors.decisions, doors.deliveries, doors.parking, doors.dictionary, doors.coupons,
              *doors.queues.values())
    kept = " ".join(str({name: what for name, what in vars(store).items() if name != "stream"}) for store in stores).lower()
    known = [f"{name} is known" for name, named in ERASED.items() for who in {name, named} if find_customer(doors, who) is not None]
    return [*known, *(f"{kept.count(word)} times {word}: {kept[max(0, kept.find(word) - 400):kept.find(word) + 200]}"
                      for word in PERSONAL if word in kept)]


def others(world: UnreliableWorld) -> dict[str, Any]:
    """How those who stay have fared: cart, consents and decisions of each; moments aside, which faults delay."""
    told = {}
    for name in STAYS:
        customer = find_customer(world.reliable, name)
        assert customer is not None, f"{name} is gone"
        decisions = world.reliable.decisions.of_customer(customer.id, 100)
        told[name] = {
            "cart": sorted(line["productId"] for line in customer.cart.lines()),
            "consents": {key: word.status for key, word in customer.consents.items()}, "address": customer.email,
            "decisions": sorted((decision.rule, decision.step, decision.verdict, decision.reason) for decision in decisions),
        }
    return told


def _before(world: UnreliableWorld) -> None:
    for minute, call in (
        *((0, _identify(name)) for name in ("boris", "vera", "elena", "olga")), (0, _identify("anna", phone=_PHONE)),
        (0, _identify("petra", email=BOUNCED)), (0, {"type": "identify", "userId": "grigor"}),
        (1, _put("annas-wish", anonymousId="annas-phone")),
        (2, {"type": "identify", "userId": "anna", "anonymousId": "annas-phone"}),
        (2, {"type": "identify", "userId": "vera", "anonymousId": "veras-phone"}),
        (3, {"type": "track", "userId": "elena", "event": "Product Viewed", "properties": {"product_id": "elenas-wish"}}),
        (4, {"type": "track", "userId": "anna", "properties": {"note": "this is no event"}}),
        (5, _put("for-anna", userId="anna")), (5, _put("for-vera", anonymousId="veras-phone")), (5, _put("for-petra", userId="petra")),
        (5, {"type": "identify", "anonymousId": "annas-tablet",
             "traits": {"email": "annas-tablet@example.com", "consents": {"email": True}}}),
        (5, _put("annas-other-wish", anonymousId="annas-tablet")), (5, _put("for-olga", userId="olga")),
        (5, _put("for-boris", userId="boris")),
        (6, {"type": "identify", "userId": "anna", "anonymousId": "the-tablet"}),
        (7, {"type": "identify", "userId": "grigor", "anonymousId": "the-tablet"}),
        (8, _put("for-grigor", anonymousId="the-tablet")),
    ):
        _post(world, minute, call)


def _erasures(world: UnreliableWorld) -> None:
    _erase(world, "elena")
    world.advance_to(BEGINS + 65 * MINUTE, inclusive=False)
    world.stopped |= {"queues", "streams"}
    world.minute()  # it rings for all others, but that is not heard yet
    _erase(world, "olga")
    world.now += 30 * SECOND
    world.stopped.remove("streams")
    world.batch = 1  # so what came of the ring is carried out before the erasure is read
    world.run_until_idle()
    world.batch = BATCH
    world.advance_to(BEGINS + 66 * MINUTE)  # all are decided on, and their letters wait
    _erase(world, "vera")
    world.stopped.add("streams")
    _insisting(world, lambda: ingest(world.ports, Request(SERVER, [
        _at(world, 66, {"type": "identify", "userId": "anna", "anonymousId": "annas-tablet"})])))
    for name in ("anna", "petra"):
        _erase(world, name)
    world.stopped.remove("queues")  # before their states know of it
    world.run_until_idle()
    world.stopped.remove("streams")
    world.run_until_idle()


def _afterwards(world: UnreliableWorld) -> None:
    for minute, call in (
        (70, _put("annas-late-wish", userId="anna", timestamp=_when(4))),
        (70, _put("annas-late-wish", anonymousId="annas-phone", timestamp=_when(4))),
        (70, _put("annas-late-wish", anonymousId="annas-tablet", timestamp=_when(4))),
        (71, _receipt("Email Bounced", "vera", timestamp=_when(62))), (71, _receipt("Email Bounced", "elena")),
        (72, _receipt("Email Marked as Spam", "elena")),
    ):
        _post(world, minute, call)
    _insisting(world, lambda: ingest(world.ports, Request(SERVER, [
        _at(world, 72, _put("annas-old-wish", userId="anna", timestamp="2026-01-01T00:00:00Z"))], past=True)))
    for request in [sent for sent in world.sent if sent.recipient == "elena@example.com"]:
        link = str(message_from_bytes(request.raw, policy=default)["List-Unsubscribe"]).strip("<>")
        _insisting(world, lambda link=link: unsubscribe(world.ports, link.rpartition("/u/")[2]))
    world.run_until_idle()
    _insisting(world, lambda: replay(world.ports, BEGINS - HOUR))


def _post(world: UnreliableWorld, minute: int, call: dict[str, Any]) -> None:
    world.advance_to(BEGINS + minute * MINUTE, inclusive=False)
    world.post([_at(world, minute, call)])


def _erase(world: UnreliableWorld, name: str) -> None:
    _insisting(world, lambda: ask_erasure(world.ports, ERASED[name]))


def _insisting(world: UnreliableWorld, work: Callable[[], Done]) -> Done:
    """Whoever gets no answer asks again."""
    while True:
        try:
            done = work()
            break
        except (Killed, BeckonError):
            world.time_passes()
    world.run_until_idle()
    return done


def _at(world: UnreliableWorld, minute: int, call: dict[str, Any]) -> dict[str, Any]:
    """The call with an id and, unless it has one, the moment it happened."""
    who = call.get("userId") or call["anonymousId"]
    return {"messageId": f"{who}-{minute}-{call.get('event') or call['type']}", "timestamp": _when(minute), **call}


def _when(minute: int) -> str:
    return format_instant(BEGINS + minute * MINUTE)


def _identify(name: str, **traits: str) -> dict[str, Any]:
    return {"type": "identify", "userId": name,
            "traits": {"email": f"{name}@example.com", "firstName": name.title(), "consents": {"email": True}, **traits}}


def _put(product: str, **call: Any) -> dict[str, Any]:
    return {"type": "track", "event": "Product Added", "properties": {"product_id": product, "price": 20}, **call}


def _receipt(event: str, name: str, **call: Any) -> dict[str, Any]:
    return {"type": "track", "userId": name, "event": event, "properties": {"email": f"{name}@example.com"}, **call}
