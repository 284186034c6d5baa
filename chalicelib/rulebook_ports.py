"""rulebook_ports: the door to the rulebooks that were published; `ports.py` has the others and says what holds for all."""

from typing import Protocol

from .model.publication import Publication

WRITTEN, RUNNING = "written", "running"  # parts of a content: as it was written, and as functions load it


class Rulebooks(Protocol):
    """What was put into force, number by number, and the content of each rulebook under its own name."""

    def latest(self) -> Publication | None:
        """What is in force, read consistently; None while nothing was ever published."""

    def get(self, number: int) -> Publication | None:
        """One publication."""

    def history(self, before: int | None, limit: int) -> list[Publication]:
        """So many publications below a number (None: all), the newest first."""

    def add(self, publication: Publication) -> None:
        """Put a rulebook into force whose content is kept already. ConcurrentUpdate: somebody else has given this number."""

    def keep(self, bundle: str, part: str, content: bytes) -> None:
        """Keep a part of a rulebook's content. Parts belong to one name and are found again by both; kept again it takes the place."""

    def content(self, bundle: str, part: str) -> bytes | None:
        """The part as it was kept; None when it is not there, or not whole."""
