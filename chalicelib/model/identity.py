"""identity: the identifiers by which a customer is known, and the customer id made from the first of them."""

from dataclasses import dataclass

from .canonical import digest

# Values that SDKs, tests and careless integrations send for "nobody in particular".
_NOBODY = frozenset({"", "null", "none", "nil", "undefined", "nan", "0", "-1", "unknown", "anonymous", "guest", "test", "test@test.com",
                     "[object object]", "true", "false", "00000000-0000-0000-0000-000000000000"})


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """One way to recognise a customer: `user`, `anonymous` (a device), or one of `identifier_kinds.py`. `owner`: see `owner_of`."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


def identifier(kind: str, value: object) -> Identifier | None:
    """An identifier, or None for a value that never identifies anyone (`null`, `0`, `unknown`, ...)."""
    text = identifier_value(value)
    return None if text is None else Identifier(kind, text)


def identifier_value(value: object) -> str | None:
    """The text of an identifier, or None for a value that never identifies anyone."""
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        return None
    text = str(value).strip()
    return text if len(text) <= 256 and text.lower() not in _NOBODY and text.isprintable() else None


def owner_of(customer: str) -> Identifier:
    """The name under which it is settled, once, which user id a customer belongs to."""
    return Identifier("owner", customer)


def customer_id(first: Identifier) -> str:
    """The id a customer gets from the first identifier ever seen of them (26 characters, never changes)."""
    return digest("customer", str(first))
