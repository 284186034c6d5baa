"""judging: whether rules are fit to be published: nothing is wrong with them, and their examples end as they say.

What has been found is kept under the content's name as soon as it is found: whoever dies, or runs out of time, goes on from there.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ..model.canonical import plain_json, read_json
from ..model.errors import RulesRefused
from ..model.publication import Change
from ..ports import Ports
from ..rulebook.bundle import Bundle
from .rulebooks import InForce

CHECKED, PROVED = "checked", "proved"  # parts of a content, by judge: nothing is wrong with it; the rules whose examples have held so far
Files = Mapping[str, str]
Finding = dict[str, Any]


class Judge(Protocol):
    """Who says whether rules are fit to be published: the linter and the player of examples."""

    @property
    def name(self) -> str:
        """What one of this name has said is not asked again; one who checks otherwise has another."""

    def problems(self, files: Files) -> list[Finding]:
        """What is wrong with a folder of these files."""

    def play(self, files: Files, rules: Sequence[str]) -> tuple[list[str], list[Finding]]:
        """Of these rules, those whose examples were played before time was up (one at least), and in what they end otherwise."""


class Judged:
    """What the judge has said of files, kept under their name as soon as it is said: whoever died or ran out of time goes on there."""

    def __init__(self, ports: Ports, judge: Judge) -> None:
        self._ports, self._judge = ports, judge

    def check(self, files: Files) -> None:
        """RulesRefused: something is wrong with them."""
        if self._kept(files, CHECKED) is not None:
            return
        problems = self._judge.problems(files)
        if problems:
            raise RulesRefused("rules_invalid", problems)
        self._keep(files, CHECKED, b"")

    def play(self, files: Files, rules: Sequence[str]) -> int:
        """Play the examples of these rules. How many are left when time is up; RulesRefused: some do not hold."""
        stored = self._kept(files, PROVED)
        proved: list[str] = [] if stored is None else read_json(stored)
        known = set(proved)
        to_play = [rule for rule in rules if rule not in known]
        if not to_play:
            return 0
        played, failures = self._judge.play(files, to_play)
        if failures:
            raise RulesRefused("examples_failed", failures)
        self._keep(files, PROVED, plain_json([*proved, *played]))
        return len(to_play) - len(played)

    def _kept(self, files: Files, part: str) -> bytes | None:
        return self._ports.rulebooks.content(Bundle(files).name, f"{part} {self._judge.name}")

    def _keep(self, files: Files, part: str, content: bytes) -> None:
        self._ports.rulebooks.keep(Bundle(files).name, f"{part} {self._judge.name}", content)


def to_prove(current: InForce, bundle: Bundle, changes: Sequence[Change]) -> list[str]:
    """The rules whose examples may end otherwise than in what is in force, whose examples held when it was published."""
    everything = current.publication is None or any(change.what in ("brand", "identifiers", "audience") for change in changes)
    changed = {(change.what, change.name) for change in changes}
    templates = {name for what, name in changed if what == "template"}
    rules = ((id, bundle.rule(id) or {}) for id in bundle.rules())
    return [id for id, rule in rules if rule.get("examples") and (
        everything or ("rule", id) in changed or (templates and _names_one_of(templates, [rule["steps"], rule.get("variants")])))]


def _names_one_of(names: set[str], part: Any) -> bool:
    """Whether one of these names stands anywhere in a part of a rule."""
    if isinstance(part, (dict, list)):
        return any(_names_one_of(names, value) for value in (part.values() if isinstance(part, dict) else part))
    return part in names
