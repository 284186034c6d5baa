"""feed_report: what a full feed would take away, before anything of it goes in, and whether that is too much to be true."""

from pydantic import Field

from .written import Written

LOST_OF, LOST_MOST = 5, 1  # more than one in five


class FeedReport(Written):
    """How a full feed compares with the catalog: a feed that was cut off would make a shop sell nothing."""

    known: int = Field(ge=0, le=10**9, examples=[10_000])
    """Products of the catalog that can be had now."""
    lost: int = Field(ge=0, le=10**9, examples=[120])
    """Those of them that the feed does not name."""
    accept_loss: bool = False
    """They are gone indeed: let the feed pass."""

    @property
    def held(self) -> bool:
        """Whether the feed is held back whole: it lost more than a fifth, and nobody said that this is right."""
        return not self.accept_loss and self.lost * LOST_OF > self.known * LOST_MOST
