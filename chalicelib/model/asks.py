"""asks: what all live rules ask of the past, so that an event meets only the questions about its name."""

from collections.abc import Mapping

from .windows import Question

MOST_QUESTIONS = 200
"""Of all rules together: every customer's state answers each of them."""


class Asks(dict[Question, int]):
    """By question how far back the longest window reaches (milliseconds; 0 where it is asked when something was last).

    `of`: the questions about events of a name. `named`: the windows by the names under which states keep them; never changed once made.
    """

    __slots__ = ("named", "of")

    def __init__(self, asked: Mapping[Question, int]) -> None:
        super().__init__(asked)
        self.named = {str(question): (question, window) for question, window in asked.items()}
        self.of: dict[str, list[Question]] = {}
        for question in asked:
            self.of.setdefault(question.event, []).append(question)
