"""brand: who sends, and what holds for all rules. The file is `rules/brand.json`."""

from functools import cache
from typing import Any, Literal
from zoneinfo import available_timezones

from pydantic import Field, field_validator

from ..channels.email import Settings as Sender
from ..channels.registry import ChannelName, Channels
from ..model.written import Cost, Written
from ..policies.registry import Policies
from .tracking import Tracking

_zones = cache(available_timezones)  # which looks through the machine's files


class Brand(Written):
    """The shop."""

    schema_: str | None = Field(default=None, alias="$schema", examples=["schema/brand.schema.json"])
    """Where the schema lies, from this file: by it an editor completes and explains every field."""
    name: str = Field(min_length=1, max_length=100, examples=["Nutshell Books"])
    """The name customers know."""
    sender: Sender
    """Who e-mails come from."""
    channels: Channels = Channels()
    """What the other channels need; rules can use those that stand here."""
    locale: str = Field(default="en", pattern=r"^[a-z]{2,3}$", examples=["bg"])
    """The language for customers whose own is unknown or has no template."""
    timezone: str | None = Field(default=None, examples=["Europe/Sofia"])
    """The IANA zone taken for customers whose own is unknown. Without it they get nothing that quiet hours could forbid."""
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$", examples=["BG"])
    """The shop's country (ISO 3166-1, two letters): phone numbers that customers give without a country's prefix are taken as of there."""
    postal_address: str = Field(default="", max_length=300, examples=["12 Linden Street, 1000 Sofia, Bulgaria"])
    """The postal address that laws on commercial e-mail ask for; templates show it."""
    double_opt_in: list[Literal["email"]] = Field(default=[], examples=[["email"]])
    """Channels on which a yes that comes with a public key counts only when it was confirmed by a link sent to the address."""
    tracking: Tracking = Tracking()
    """What e-mails report back; a rule can still set its own."""
    costs: dict[ChannelName, Cost] = Field(default={}, examples=[{"email": "0.0001 EUR", "sms": "0.05 EUR", "push": "0 EUR"}])
    """What one message costs on a channel, of a text message each of its parts; budgets in money are counted by it."""
    holdout: float = Field(default=0, ge=0, le=100, examples=[5, 0.5])
    """How many customers in a hundred no rule writes to, so that what all messages together bring can be measured."""
    policies: Policies = Policies()
    """What all rules do otherwise than the defaults; a rule can still set its own."""

    def channel(self, name: str) -> Any:
        """The settings of a channel; None when it is not set up."""
        return self.sender if name == "email" else self.channels.of(name)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and value not in _zones():
            raise ValueError(f"{value!r} is no IANA time zone; write for example Europe/Sofia")
        return value
