"""tracking: whether e-mails tell that they were opened and which of their links were followed."""

from typing import Annotated

from pydantic import Field

from ..model.web_address import host_of
from ..model.written import Written

Host = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class Tracking(Written):
    """What the e-mails of a brand report back."""

    clicks: bool = True
    """Links lead over Beckon, which adds `Email Link Clicked` to the customer's events."""
    opens: bool = True
    """A picture of one clear dot adds `Email Opened`."""
    hosts: list[Host] = Field(default=[], examples=[["shop.example"]])
    """Only links to these hosts and those below them lead over Beckon; empty: links to any."""

    def leads_to(self, address: str) -> bool:
        """Whether a link to this address is to lead over Beckon."""
        host = host_of(address)
        return self.clicks and host is not None and (not self.hosts or any(f".{host}".endswith(f".{known}") for known in self.hosts))


class RuleTracking(Written):
    """What the e-mails of one rule report back otherwise than the brand's."""

    clicks: bool | None = None
    """Whether links lead over Beckon."""
    opens: bool | None = None
    """Whether there is a picture that tells of openings."""
