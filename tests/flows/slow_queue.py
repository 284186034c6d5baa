"""slow_queue: a queue whose messages come when the test says so."""

from collections.abc import Sequence

from chalicelib.adapters.memory import MemoryQueue
from chalicelib.model.decision import Message


class Slow(MemoryQueue):
    """A queue that keeps everything back until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Message] = []

    def put(self, messages: Sequence[Message]) -> None:
        self.kept += messages

    def let_go(self) -> None:
        """What was kept back comes now."""
        self.messages, self.kept = self.messages + self.kept, []
