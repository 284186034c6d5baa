"""rulebooks: what was published, in one process."""

from ...model.errors import ConcurrentUpdate
from ...model.publication import Publication


class MemoryRulebooks:
    """Publications by number, contents by name and part."""

    def __init__(self) -> None:
        self._publications: dict[int, Publication] = {}
        self._contents: dict[tuple[str, str], bytes] = {}

    def latest(self) -> Publication | None:
        return self._publications[max(self._publications)] if self._publications else None

    def get(self, number: int) -> Publication | None:
        return self._publications.get(number)

    def history(self, before: int | None, limit: int) -> list[Publication]:
        numbers = sorted((number for number in self._publications if before is None or number < before), reverse=True)
        return [self._publications[number] for number in numbers[:limit]]

    def add(self, publication: Publication) -> None:
        if self._publications.setdefault(publication.number, publication) != publication:
            raise ConcurrentUpdate(f"the rulebook {publication.number} is published already")

    def keep(self, bundle: str, part: str, content: bytes) -> None:
        self._contents[bundle, part] = content

    def content(self, bundle: str, part: str) -> bytes | None:
        return self._contents.get((bundle, part))
