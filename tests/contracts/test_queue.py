"""The contract of the way to dispatch."""

import json
from collections.abc import Callable

import pytest

from chalicelib.adapters.memory import MemoryQueue
from chalicelib.adapters.sqs import SqsQueue
from chalicelib.model.decision import Message, message_from
from chalicelib.ports import Queue
from local.storage import create_storage

from .stories import message

Taken = Callable[[], list[Message]]


@pytest.fixture(params=["memory", "sqs"])
def queue(request: pytest.FixtureRequest) -> tuple[Queue, Taken]:
    """A queue, and what lies in it."""
    if request.param == "memory":
        memory = MemoryQueue()
        return memory, lambda: list(memory.messages)
    request.getfixturevalue("moto").reset()
    session = request.getfixturevalue("aws")
    url, client = create_storage(session)["EmailMarketingQueue"].ref, session.client("sqs")

    def taken() -> list[Message]:
        found: list[Message] = []
        while batch := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += [message_from(json.loads(entry["Body"])) for entry in batch]
        return found

    return SqsQueue(lambda: client, url), taken


def test_every_message_put_in_is_there_whole(queue: tuple[Queue, Taken]) -> None:
    door, taken = queue
    messages = [message(f"m{number:02}", data={"title": "Книга \ud800 \x00", "price": 19.99}) for number in range(23)]
    door.put(messages)
    assert sorted(taken(), key=lambda entry: entry.key) == messages


def test_putting_nothing_in_is_fine(queue: tuple[Queue, Taken]) -> None:
    door, taken = queue
    door.put([])
    assert taken() == []


def test_a_message_put_in_again_is_there_at_least_once(queue: tuple[Queue, Taken]) -> None:
    door, taken = queue
    door.put([message()])
    door.put([message()])
    assert {entry.key for entry in taken()} == {message().key}
