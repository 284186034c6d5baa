"""heard_rulebooks: the published rulebooks, with an ear for a new one, so that the process that publishes follows at once."""

from collections.abc import Callable

from ..model.publication import Publication
from ..rulebook_ports import Rulebooks


class HeardRulebooks:
    """The Rulebooks port; `hear` is called after each publication."""

    def __init__(self, rulebooks: Rulebooks, hear: Callable[[], None]) -> None:
        self._rulebooks, self._hear = rulebooks, hear

    def latest(self) -> Publication | None:
        """See `Rulebooks`."""
        return self._rulebooks.latest()

    def get(self, number: int) -> Publication | None:
        """See `Rulebooks`."""
        return self._rulebooks.get(number)

    def history(self, before: int | None, limit: int) -> list[Publication]:
        """See `Rulebooks`."""
        return self._rulebooks.history(before, limit)

    def add(self, publication: Publication) -> None:
        """See `Rulebooks`."""
        self._rulebooks.add(publication)
        self._hear()

    def keep(self, bundle: str, part: str, content: bytes) -> None:
        """See `Rulebooks`."""
        self._rulebooks.keep(bundle, part, content)

    def content(self, bundle: str, part: str) -> bytes | None:
        """See `Rulebooks`."""
        return self._rulebooks.content(bundle, part)
