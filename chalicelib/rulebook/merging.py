"""merging: two edits of one rulebook brought together, file by file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..model.publication import Change
from .bundle import Bundle, changes_between
from .rule_files import place_of

Files = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Merged:
    """The files; what of one's own they have, what came from the others, and the files that both changed, where one's own count."""

    files: Files
    own: tuple[Change, ...]
    taken: tuple[Change, ...]
    both: tuple[str, ...]


def merge(base: Files, mine: Files, theirs: Files) -> Merged:
    """The others' where only they have edited, else one's own. What counts as an edit of JSON is its content, not its form."""
    own, others = set(_edited(base, mine)), set(_edited(base, theirs))
    sides = {path: theirs if path in others - own else mine for path in mine.keys() | theirs.keys()}
    files = {path: side[path] for path, side in sides.items() if path in side}
    both = tuple(path for path in sorted(own & others) if mine.get(path) != theirs.get(path))
    return Merged(files, changes_between(Bundle(base), Bundle(mine)), changes_between(Bundle(mine), Bundle(files)), both)


def _edited(before: Files, after: Files) -> Iterator[str]:
    """The files that are otherwise; of a template each counts for itself."""
    parts = {(change.what, change.name) for change in changes_between(Bundle(before), Bundle(after))}
    for path in before.keys() | after.keys():
        if before.get(path) != after.get(path) and place_of(path) in parts:
            yield path
