"""bundle: all that a rulebook is made of, as it was written, under one name that is the hash of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from ..model.canonical import digest, read_json
from ..model.publication import Change, What
from .rule_files import place_of, rule_file

Document = dict[str, Any]
Part = tuple[What, str]
_NOT_CONTENT = ("$schema", "version")  # an editor's, and what publishing counts


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a rulebook by their places, and its rules' versions. Immutable; equal ones have the same name."""

    files: Mapping[str, str]
    versions: Mapping[str, int] = field(default_factory=dict)
    name: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "files", dict(sorted(self.files.items())))
        object.__setattr__(self, "versions", dict(sorted(self.versions.items())))
        object.__setattr__(self, "name", digest("rulebook", self.content().decode()))

    def content(self) -> bytes:
        """Everything, as it is kept."""
        return orjson.dumps({"files": self.files, "versions": self.versions})

    def rules(self) -> list[str]:
        """The ids of all rules."""
        return [name for what, name in map(place_of, self.files) if what == "rule"]

    def rule(self, id: str) -> Document | None:
        """A rule as it was written, with its version; None when it is not here."""
        text = self.files.get(rule_file(id))
        return None if text is None else {**read_json(text.encode()), "version": self.version(id)}

    def version(self, id: str) -> int:
        """The version of a rule that is here."""
        return self.versions.get(id, 1)

    def version_here(self, id: str) -> int | None:
        """The version of a rule; None when it is not here."""
        return self.version(id) if rule_file(id) in self.files else None


def bundle_of(files: Mapping[str, str]) -> Bundle:
    """The bundle of a folder's files, which are in order: versions are as these say."""
    unversioned = Bundle(files)
    versions = {id: read_json(files[rule_file(id)].encode()).get("version", 1) for id in unversioned.rules()}
    return Bundle(unversioned.files, {id: version for id, version in versions.items() if version != 1})


def bundle_from(content: bytes) -> Bundle:
    """What `Bundle.content` wrote."""
    return Bundle(**orjson.loads(content))


def changes_between(before: Bundle, after: Bundle) -> tuple[Change, ...]:
    """What is otherwise in `after`, whatever the form of the files: brand and identifiers first, then rules, audiences and templates."""
    old, new = (dict(_parts(bundle, other)) for bundle, other in ((before, after), (after, before)))
    return tuple(Change(what, name, "added" if (what, name) not in old else "removed" if (what, name) not in new else "changed")
                 for what, name in sorted(old.keys() | new.keys(), key=lambda part: (_ORDER.index(part[0]), part[1]))
                 if old.get((what, name)) != new.get((what, name)))


_ORDER: tuple[What, ...] = ("brand", "identifiers", "rule", "audience", "template")


def _parts(bundle: Bundle, other: Bundle) -> Iterator[tuple[Part, object]]:
    """The parts as what counts of them. Of a file that is the same in both the text will do."""
    templates: dict[Part, dict[str, str]] = {}
    for path, text in bundle.files.items():
        part = place_of(path)
        if part[0] == "template":
            templates.setdefault(part, {})[path] = text
        elif other.files.get(path) == text:
            yield part, text
        else:
            yield part, {name: value for name, value in read_json(text.encode()).items() if name not in _NOT_CONTENT}
    yield from templates.items()


def counted(files: Mapping[str, str], before: Bundle, highest: Mapping[str, int], restored: Mapping[str, int] | None = None) -> Bundle:
    """These files with their rules' versions: of a rule that is as it was before, the one it had; of one that is `restored`, the one it had
    then; else one more than the `highest` that its id has ever had."""
    after = Bundle(files)
    changed = {change.name for change in changes_between(before, after) if change.what == "rule"}
    return Bundle(files, {id: (restored or {}).get(id) or highest.get(id, 0) + 1 if id in changed else before.version(id)
                          for id in after.rules()})
