"""rulebooks: what is in force and what was before, read for those who publish and for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..model.canonical import plain_json, read_json
from ..model.errors import StoreUnavailable
from ..model.publication import Change, Publication
from ..ports import Ports
from ..rulebook.bundle import Bundle, bundle_from
from ..rulebook_ports import WRITTEN

LOOKED_THROUGH = 200  # publications


@dataclass(frozen=True, slots=True)
class Details:
    """What a publication changed, and the highest version that each rule has ever had, where that is another than the one it has."""

    changes: tuple[Change, ...] = ()
    highest: Mapping[str, int] = field(default_factory=dict)

    def content(self) -> bytes:
        """As it is kept beside the publication."""
        return plain_json({"changes": [[change.what, change.name, change.how] for change in self.changes], "highest": dict(self.highest)})


@dataclass(frozen=True, slots=True)
class InForce:
    """What is in force: its content, and its publication (None: it came with the code)."""

    bundle: Bundle
    publication: Publication | None = None
    details: Details = Details()

    @property
    def number(self) -> int:
        """0: nothing was published yet."""
        return self.publication.number if self.publication else 0

    @property
    def paused(self) -> bool:
        """Everything is silent."""
        return self.publication is not None and self.publication.paused

    def highest(self) -> dict[str, int]:
        """The highest version that each rule has ever had, also of rules that are gone."""
        return {**{id: self.bundle.version(id) for id in self.bundle.rules()}, **self.details.highest}


def in_force(ports: Ports) -> InForce:
    """What is in force now. StoreUnavailable: its content cannot be read."""
    latest = ports.rulebooks.latest()
    if latest is None:
        return InForce(ports.deployed())
    return InForce(bundle_named(ports, latest.bundle), latest, details_of(ports, latest))


def bundle_named(ports: Ports, name: str) -> Bundle:
    """A content by its name. StoreUnavailable: it is not there."""
    content = ports.rulebooks.content(name, WRITTEN)
    if content is None:
        raise StoreUnavailable(f"the content of the rulebook {name} is not there")
    return bundle_from(content)


def details_of(ports: Ports, publication: Publication) -> Details:
    """What a publication changed. StoreUnavailable: it is not there."""
    content = ports.rulebooks.content(publication.bundle, details_part(publication.number))
    if content is None:
        raise StoreUnavailable(f"what the rulebook {publication.number} changed is not there")
    found: dict[str, Any] = read_json(content)
    return Details(tuple(Change(*change) for change in found["changes"]), found["highest"])


def details_part(number: int) -> str:
    """Under what the details of a publication are kept beside its content."""
    return f"number {number}"


def since(ports: Ports, base: str | None) -> list[Publication]:
    """The publications since a content was in force, the newest first."""
    found = []
    for publication in ports.rulebooks.history(None, LOOKED_THROUGH):
        if publication.bundle == base:
            break
        found.append(publication)
    return found


def changed_last(ports: Ports, rule: str, below: int | None = None) -> Publication | None:
    """The last publication, below a number (None: of all), that changed a rule, as far as is looked through."""
    for publication in ports.rulebooks.history(below, LOOKED_THROUGH):
        if any((change.what, change.name) == ("rule", rule) for change in details_of(ports, publication).changes):
            return publication
    return None


def made_by(ports: Ports, changes: Sequence[Change], publications: Sequence[Publication]) -> tuple[list[Publication], list[str]]:
    """Those of some publications, the newest first, that made one of these changes, and who made each change last."""
    wanted = {(change.what, change.name) for change in changes}
    makers: list[Publication] = []
    last: dict[tuple[str, str], str] = {}
    for publication, details in zip(publications, ports.spread(lambda each: details_of(ports, each), publications), strict=True):
        made = wanted & {(change.what, change.name) for change in details.changes}
        if made:
            makers.append(publication)
            last = {**dict.fromkeys(made, publication.by), **last}
    return makers, [last.get((change.what, change.name), "somebody") for change in changes]


def first_content(ports: Ports) -> Bundle | None:
    """What was in force before anything was published; None: nothing ever was."""
    first = ports.rulebooks.get(1)
    return bundle_named(ports, first.previous) if first else None


def bundle_before(ports: Ports, publication: Publication) -> Bundle:
    """The content that was in force until a publication."""
    earlier = ports.rulebooks.get(publication.number - 1)
    return bundle_named(ports, earlier.bundle if earlier else publication.previous)
