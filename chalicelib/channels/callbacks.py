"""callbacks: the providers that call `POST /v1/receipts/{channel}`: how each shows who it is, and what it wants to hear."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import telegram_receipts


@dataclass(frozen=True, slots=True)
class Callback:
    """`is_genuine` looks at a call's headers (names in small letters) with the secret of the channel, `answer_to` at its text."""

    is_genuine: Callable[[Mapping[str, str], str], bool]
    answer_to: Callable[[str], dict[str, Any]]


CALLBACKS: dict[str, Callback] = {
    "telegram": Callback(telegram_receipts.is_genuine, telegram_receipts.answer_to),
}
