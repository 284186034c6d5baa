"""stories: people, events and messages for the contracts."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from chalicelib.model.customer import Customer
from chalicelib.model.decision import Decision, Message
from chalicelib.model.event import Event
from chalicelib.model.instant import HOUR
from chalicelib.model.outcome import Dispatch, Effect, Record

NINE = 1_772_355_600_000  # 2026-03-01T09:00:00Z
ANNA, BORIS = "aaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbb"


class Clock:
    """Nine o'clock until it is moved."""

    def __init__(self) -> None:
        self.now = NINE

    def __call__(self) -> int:
        return self.now


def viewed(event_id: str, client_time: int | None = NINE, **changes: Any) -> Event:
    """Somebody looked at a book."""
    seen = {"at": NINE, "received_at": NINE, "user_id": "anna", "properties": {"product_id": "b-1", "price": 19.99}, "source": "web"}
    return Event(id=event_id, type="track", name="Product Viewed", client_time=client_time, **{**seen, **changes})


def customer(customer_id: str = ANNA, **changes: Any) -> Customer:
    """A customer who was here once."""
    known = {"user_id": "anna", "first_seen": NINE, "last_seen": NINE, "said": {"email": ["anna@example.com", NINE]}}
    return Customer(id=customer_id, **{**known, **changes})


def message(key: str = "mmmmmmmmmmmmmmmmmmmmmmmmmm", **changes: Any) -> Message:
    """The first e-mail about a cart that was left behind."""
    about = {"customer": ANNA, "rule": "abandoned-cart", "run": "r1", "run_key": None, "step": 1, "channel": "email",
             "template": "abandoned-cart", "topic": "offers", "message_type": "marketing", "at": NINE, "decided_at": NINE,
             "expires_at": NINE + HOUR, "cause": "e1", "data": {"products": [{"productId": "b-1"}]}}
    return Message(key=key, **{**about, **changes})


def decision(key: str = "mmmmmmmmmmmmmmmmmmmmmmmmmm", **changes: Any) -> Decision:
    """The verdict that led to it."""
    about = {"at": NINE, "decided_at": NINE, "customer": ANNA, "name": "anna", "rule": "abandoned-cart", "run": "r1", "run_key": None,
             "step": 1, "verdict": "send", "reason": None, "channel": "email", "cause": "e1", "data": {"value": 19.99},
             "trace": [{"check": "consent", "passed": True}]}
    return Decision(key=key, **{**about, **changes})


def effects(count: int, first: int = 1, filling: str = "") -> list[Effect]:
    """Decisions and messages in turn, numbered from `first`, each as long as its filling makes it."""
    data = {"note": filling}
    return [Record(decision(f"d{number}", data=data)) if number % 2 else Dispatch(message(f"m{number}", data=data))
            for number in range(first, first + count)]


def at_once(tasks: list[Callable[[], Any]]) -> list[Any]:
    """Run tasks in threads that start together; what each gave back or raised."""
    start, results = Barrier(len(tasks)), [None] * len(tasks)

    def run(place: int, task: Callable[[], Any]) -> None:
        start.wait()
        try:
            results[place] = task()
        except Exception as error:  # what a thread raises is a result here, looked at by the test
            results[place] = error

    threads = [Thread(target=run, args=entry) for entry in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
