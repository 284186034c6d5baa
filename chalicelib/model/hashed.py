"""hashed: identifiers as advertising platforms take them: SHA-256, hexadecimal, of an address or number in one form.

Sources: Google Ads, Customer Match (https://support.google.com/google-ads/answer/7659867: lower case, no dots before `@gmail.com`, E.164),
Meta, customer file custom audiences (https://developers.facebook.com/docs/marketing-api/audiences/guides/custom-audiences: digits with the
country's prefix, no plus sign).
"""

import hashlib
from itertools import zip_longest
from typing import Literal, get_args

from .held import HeldIdentifiers, usable

Platform = Literal["google", "meta"]
PLATFORMS: tuple[Platform, ...] = get_args(Platform)
COLUMNS: dict[Platform, tuple[str, str]] = {"google": ("Email", "Phone"), "meta": ("email", "phone")}
"""The header of the CSV file, by platform."""
_GMAIL = ("gmail.com", "googlemail.com")


def hashed_identifiers(held: HeldIdentifiers, platform: Platform) -> list[tuple[str, str]]:
    """(hash of an e-mail address, hash of a phone number) of each row this person makes; an empty text where there is none.

    Only identifiers that are alive: one that bounced is nobody's any more.
    """
    emails = [_hash(_email(address, platform)) for address in _alive(held, "email")]
    phones = [_hash(_phone(number, platform)) for number in _alive(held, "phone")]
    return list(zip_longest(emails, phones, fillvalue=""))


def _alive(held: HeldIdentifiers, kind: str) -> list[str]:
    return [entry.value for entry in usable(held, kind) if entry.retired is None and entry.value is not None]


def _email(address: str, platform: Platform) -> str:
    name, _, domain = address.partition("@")
    return f"{name.replace('.', '')}@{domain}" if platform == "google" and domain in _GMAIL else address


def _phone(number: str, platform: Platform) -> str:
    return number if platform == "google" else number.removeprefix("+")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
