"""operation: what one HTTP route takes and answers."""

from dataclasses import dataclass
from typing import Any, Literal

from typing_extensions import TypedDict

Key = Literal["write", "server", "none"]


class Refusal(TypedDict):
    """What cannot be used: its place in the request, from 0, and what is wrong with it."""

    index: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `takes` and `answers` are models, or a media type; `errors` are the statuses it may answer beside 200, with
    the model `refuses` where that is more than code and message.

    One that `leads_on` answers 302 instead, and 404 with a page when there is nowhere to lead to.
    """

    tag: str
    answers: Any
    key: Key = "none"
    takes: Any = None
    errors: tuple[int, ...] = (503,)
    path_parameter: str = ""
    leads_on: bool = False
    refuses: Any = None
