"""identifier kinds: by what a customer can be recognised or reached beside the shop's user id and a device's anonymous id.

Each kind says which trait carries it, how its values are written in one form, how many of it one customer may have, and which channel
it is the address of. A shop declares kinds of its own in `rules/identifiers.json`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .identity import identifier_value

MOST_OF_A_KIND = 5
MOST_PUSH_TOKENS = 10

# RFC 5321 without quoted strings and address literals, which no shop's customer has; anything else no header could hold.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
_LONGEST_ADDRESS = 254
# Phone numbers for films and examples, which belong to nobody: all digits alike, or counted up.
_NOBODYS_PHONE = re.compile(r"\+?(\d)\1{6,}|\+?0?123456789?0?")

Normalise = Callable[[str, str | None], str | None]
"""A value and the country of the shop (ISO 3166-1, two letters): the value in its one form, None when it identifies nobody."""


@dataclass(frozen=True, slots=True)
class IdentifierKind:
    """One kind. `traits` are the names under which identify calls carry it, `most` how many one customer holds, the newest first."""

    name: str
    traits: tuple[str, ...]
    normalise: Normalise
    most: int = MOST_OF_A_KIND
    channel: str | None = None


def email_address(value: str, country: str | None = None) -> str | None:
    """Trimmed and lower-cased, when it can be written to."""
    text = value.strip().lower()
    return text if len(text) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(text) else None


def phone_number(value: str, country: str | None = None) -> str | None:
    """E.164 (`+359888123456`), when it is a possible number. One without a country's prefix is taken as of the shop's country."""
    import phonenumbers  # 30 ms of a cold start, for those only who have phones

    if _NOBODYS_PHONE.fullmatch(re.sub(r"[\s()./-]", "", value)):
        return None
    try:
        number = phonenumbers.parse(value, country)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if phonenumbers.is_possible_number(number) else None


def card_number(value: str, country: str | None = None) -> str | None:
    """Letters in capitals, digits, nothing between them: as a till reads it, and as people type it."""
    text = re.sub(r"[\s.-]", "", value).upper()
    return text if identifier_value(text) is not None else None


def chat_number(value: str, country: str | None = None) -> str | None:
    """The number of a chat in Telegram. A name (`@somebody`) is none: a bot can write there in public."""
    text = value.strip()
    return text if re.fullmatch(r"-?[1-9][0-9]{0,18}", text, re.ASCII) and identifier_value(text) is not None else None


def as_it_is(value: str, country: str | None = None) -> str | None:
    """Trimmed."""
    return identifier_value(value)


BUILT_IN: dict[str, IdentifierKind] = {kind.name: kind for kind in (
    IdentifierKind("email", ("email",), email_address, channel="email"),
    IdentifierKind("phone", ("phone",), phone_number, channel="sms"),
    IdentifierKind("loyaltyCard", ("loyaltyCard", "loyalty_card"), card_number),
    IdentifierKind("whatsapp", ("whatsapp",), phone_number, channel="whatsapp"),
    IdentifierKind("telegram", ("telegramId", "telegram_id"), chat_number, channel="telegram"),
    IdentifierKind("viber", ("viberId", "viber_id"), as_it_is, channel="viber"),
    IdentifierKind("messenger", ("messengerId", "messenger_id"), as_it_is, channel="messenger"),
    IdentifierKind("pushToken", ("pushToken", "push_token"), as_it_is, most=MOST_PUSH_TOKENS, channel="push"),
)}


@dataclass(frozen=True, slots=True)
class IdentifierKinds:
    """The kinds one shop knows, and the country its phone numbers are of when they do not say."""

    kinds: Mapping[str, IdentifierKind] = field(default_factory=lambda: BUILT_IN)
    country: str | None = None

    def value(self, kind: str, said: Any) -> str | None:
        """A value in its one form; None for an unknown kind and for what identifies nobody (`null`, `0`, `test@test.com`, ...)."""
        text, known = identifier_value(said), self.kinds.get(kind)
        return None if text is None or known is None else known.normalise(text, self.country)

    def of_channel(self, channel: str) -> str | None:
        """The kind that is the address of a channel."""
        return next((kind.name for kind in self.kinds.values() if kind.channel == channel), None)


STANDARD = IdentifierKinds()
CHANNEL_KIND = {kind.channel: kind.name for kind in BUILT_IN.values() if kind.channel}
