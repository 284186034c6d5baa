"""membership: whether the customer is in an audience, by name.

    in_audience('regulars') && !(in_audience('staff'))
"""

from collections.abc import Iterator
from typing import Any

from jmespath.functions import signature

from .arguments import calls_in
from .known import Knowing, NotKnown


class Membership(Knowing):
    """The audience's condition is asked, at the same moment. Where it cannot be told, nor can this: not being in it is not known either."""

    @signature({"types": ["string"]})
    def _func_in_audience(self, audience: str) -> bool:
        """Whether the customer is in an audience now."""
        try:
            return self.ask("in_audience").is_in(audience, self._scope)
        except KeyError:
            raise NotKnown(f"nobody knows an audience {audience!r}") from None


def audiences_in(parsed: dict[str, Any]) -> Iterator[str]:
    """The audiences an expression names. ValueError when a name is not written as it is."""
    for call in calls_in(parsed, "in_audience"):
        texts = call.texts(0)
        if texts is None:
            raise ValueError("in_audience() takes a name as it is - write in_audience('regulars')")
        yield texts[0]
