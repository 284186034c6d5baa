"""publishing: rules put into force, in this order: checked, examples played, content kept, and last, in one put, the next number given.

Whoever dies on the way leaves the rulebook before in force. Of two at once one gives the number; the other looks again at what is in force
then, and is told what changed unless that is nothing. Nobody is ever overwritten unseen.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..model.errors import (
    BaseMissing,
    ConcurrentUpdate,
    NothingBefore,
    RulebookMoved,
    RuleMoved,
    RuleUnknown,
    StoreUnavailable,
)
from ..model.publication import Action, Change, Publication
from ..ports import Ports
from ..rulebook.bundle import Bundle, changes_between, counted
from ..rulebook.kept_index import index_part
from ..rulebook.rule_files import rule_file
from ..rulebook.running import index_content, rulebook_from, running_content
from ..rulebook_ports import RUNNING, WRITTEN
from .judging import Files, Judge, Judged, to_prove
from .rulebooks import (
    Details,
    InForce,
    bundle_before,
    bundle_named,
    changed_last,
    details_part,
    first_content,
    in_force,
    made_by,
    since,
)

MOST_TRIES = 6
GO_BACK = "look at it, then go back from there"


@dataclass(frozen=True, slots=True)
class Said:
    """Who publishes, and what for."""

    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """What is in force now. `fresh`: since this very call; else nothing was to be done, or examples of `left` rules are still to be played:
    call again. `bundle`: what is in force by that publication, whatever others publish next."""

    publication: Publication | None
    changes: tuple[Change, ...] = ()
    fresh: bool = False
    left: int = 0
    bundle: Bundle = field(default=Bundle({}), compare=False)


def publish(ports: Ports, judge: Judge, files: Files, base: str | None, said: Said) -> Published:
    """Put a whole rulebook into force. `base` names the content that the edit began with, None: nobody knows.

    RulesRefused, RulebookMoved.
    """
    def edit(current: InForce) -> Edit:
        moved = current.publication is not None and base != current.bundle.name and changes_between(current.bundle, Bundle(files))
        changes = _changed_since(ports, base, files, current) if moved else ()
        if changes:
            publications, authors = made_by(ports, changes, since(ports, base))
            raise RulebookMoved(current.number, changes, publications, authors, _way_out(ports, base, current.number))
        return Edit(files)

    judged = Judged(ports, judge)
    judged.check(files)  # what cannot be read cannot be compared either
    return _put(ports, judged, edit, "publish", said)


def publish_rule(ports: Ports, judge: Judge, rule: str, document: dict[str, Any], base: int | None, said: Said) -> Published:
    """Put one rule into force in place of the one that is. `base`: the version the edit began with, None for a new rule.

    RulesRefused, RuleMoved, BaseMissing.
    """
    text = json.dumps({name: value for name, value in document.items() if name != "version"}, indent=2, ensure_ascii=False) + "\n"

    def edit(current: InForce) -> Edit:
        files = {**current.bundle.files, rule_file(rule): text}
        known = current.bundle.version_here(rule)
        if known != base and _differs(current.bundle, rule, document):
            if base is None:
                raise BaseMissing(f"the rule {rule} is there already, in version {known} - say with If-Match or `version` that you know it")
            raise RuleMoved(rule, known, changed_last(ports, rule))
        return Edit(files)

    return _put(ports, Judged(ports, judge), edit, "publish", said)


def roll_back(ports: Ports, number: int | None, said: Said) -> Published:
    """Put the content into force that was before this one; done again, that is undone. `number`: the one that was seen to be in force;
    with it the same call once more, whose answer was lost, finds it done.

    NothingBefore, RulebookMoved; RuleInvalid: this version of Beckon cannot read what was before.
    """
    current = in_force(ports)
    publication = current.publication
    if publication is None:
        raise NothingBefore("nothing was published yet, so there is nothing to go back to")
    if number not in (None, publication.number):
        if number is not None and _went_back(ports, number, publication):
            return Published(publication, bundle=current.bundle)
        raise RulebookMoved(publication.number, current.details.changes, [publication], mend=GO_BACK)
    if publication.previous == publication.bundle:
        raise NothingBefore("no other rules were published before these")
    target = bundle_named(ports, publication.previous)
    rulebook_from(running_content(target))
    try:
        return _add(ports, current, target, changes_between(current.bundle, target), "rollback", said, publication.paused)
    except ConcurrentUpdate:  # going back once more would undo what somebody else has just done
        moved = in_force(ports)
        if moved.publication is not None and _went_back(ports, publication.number, moved.publication):
            return Published(moved.publication, bundle=moved.bundle)
        raise RulebookMoved(moved.number, moved.details.changes, since(ports, current.bundle.name), mend=GO_BACK) from None


def roll_back_rule(ports: Ports, judge: Judge, rule: str, base: int | None, said: Said) -> Published:
    """Put one rule into force as it was before it was changed last, or removed. `base`: the version that was seen, 0: it was not there;
    with it the same call once more, whose answer was lost, finds it done.

    RuleUnknown, NothingBefore, RuleMoved, RulesRefused.
    """
    def edit(current: InForce) -> Edit:
        if rule not in current.highest():
            raise RuleUnknown(rule)
        known = current.bundle.version_here(rule)
        last = changed_last(ports, rule)
        if base not in (None, known or 0):
            if last and (known or 0) == _before(ports, rule, base, last):
                return Edit(current.bundle.files)
            raise RuleMoved(rule, known, last)
        before = bundle_before(ports, last) if last else None
        if before and rule_file(rule) in before.files:
            return Edit({**current.bundle.files, rule_file(rule): before.files[rule_file(rule)]}, {rule: before.version(rule)})
        if last and last.action == "rollback":  # it came back by that, and that is undone
            return Edit({path: text for path, text in current.bundle.files.items() if path != rule_file(rule)})
        raise NothingBefore(f"the rule {rule} has no version before this one - to take it away publish the folder without it")

    return _put(ports, Judged(ports, judge), edit, "rollback", said)


def _went_back(ports: Ports, number: int, publication: Publication) -> bool:
    """Whether what is in force now is what `roll_back` put into force in place of a number."""
    following = ports.rulebooks.get(number + 1)
    return following is not None and following.action == "rollback" and following.bundle == publication.bundle


def _before(ports: Ports, rule: str, base: int | None, last: Publication) -> int | None:
    """The version of a rule before `base`, 0: it was not there, where the last change took that away. None is given twice, so it tells the
    content."""
    earlier = changed_last(ports, rule, last.number)
    if last.action != "rollback" or earlier is None or (bundle_before(ports, last).version_here(rule) or 0) != base:
        return None
    return bundle_before(ports, earlier).version_here(rule) or 0


def pause(ports: Ports, on: bool, said: Said) -> Published:
    """Let everything be silent, or no longer; the rules stay as they are."""
    for _ in range(MOST_TRIES):
        current = in_force(ports)
        if on == current.paused:
            return Published(current.publication, bundle=current.bundle)
        try:
            return _add(ports, current, current.bundle, (), "pause" if on else "resume", said, on)
        except ConcurrentUpdate:
            continue
    raise StoreUnavailable("others keep publishing")


@dataclass(frozen=True, slots=True)
class Edit:
    """The files that are to be in force, and the versions of rules in it that come back."""

    files: Files
    restored: Mapping[str, int] | None = None


def _put(ports: Ports, judged: Judged, edit: Callable[[InForce], Edit], action: Action, said: Said) -> Published:
    for _ in range(MOST_TRIES):
        current = in_force(ports)
        wanted = edit(current)
        if wanted.files == current.bundle.files:
            return Published(current.publication, bundle=current.bundle)
        judged.check(wanted.files)
        bundle = counted(wanted.files, current.bundle, current.highest(), wanted.restored)
        changes = changes_between(current.bundle, bundle)
        if not changes:
            return Published(current.publication, bundle=current.bundle)
        left = judged.play(wanted.files, to_prove(current, bundle, changes))
        if left:
            return Published(current.publication, changes, left=left, bundle=current.bundle)
        try:
            return _add(ports, current, bundle, changes, action, said, current.paused)
        except ConcurrentUpdate:
            continue  # somebody was faster: on what is in force now again
    raise StoreUnavailable("others keep publishing")


def _add(ports: Ports, current: InForce, bundle: Bundle, changes: tuple[Change, ...], action: Action, said: Said,
         paused: bool) -> Published:
    """Keep the content, then give the number. ConcurrentUpdate: somebody else has."""
    if current.publication is None:
        _keep(ports, current.bundle)  # so that one can go back to what came with the code
    _keep(ports, bundle)
    number = current.number + 1
    here, known = {id: bundle.version(id) for id in bundle.rules()}, current.highest()
    highest = {id: version for id, version in known.items() if version > here.get(id, 0)}
    ports.rulebooks.keep(bundle.name, details_part(number), Details(changes, highest).content())
    previous = current.bundle.name if bundle.name != current.bundle.name or current.publication is None else current.publication.previous
    publication = Publication(number, bundle.name, previous, ports.clock(), said.by, action, said.note, paused)
    ports.rulebooks.add(publication)
    ports.meter.count("published", action=action)
    return Published(publication, changes, fresh=True, bundle=bundle)


def _keep(ports: Ports, bundle: Bundle) -> None:
    ports.rulebooks.keep(bundle.name, WRITTEN, bundle.content())
    running = running_content(bundle)
    ports.rulebooks.keep(bundle.name, RUNNING, running)
    index = index_content(running)
    if index is not None:
        ports.rulebooks.keep(bundle.name, index_part(), index)


def _changed_since(ports: Ports, base: str | None, files: Files, current: InForce) -> Sequence[Change]:
    """What others have changed since the edit began. Where nobody knows when that was: what publications have changed of all in which the
    two differ; in the rest only the edit differs."""
    if _is_known(ports, base):
        return changes_between(bundle_named(ports, base or ""), current.bundle)
    first, differing = first_content(ports), changes_between(Bundle(files), current.bundle)
    published = {(change.what, change.name) for change in changes_between(first, current.bundle)} if first else set()
    return [change for change in differing if (change.what, change.name) in published]


def _way_out(ports: Ports, base: str | None, number: int) -> str:
    if _is_known(ports, base):
        return f"`beckon publish --over {number}` keeps that where you have edited nothing, and adds your edits"
    return "what your edits began with is not known: `beckon fetch` it into a new folder, make your edits there and publish that"


def _is_known(ports: Ports, base: str | None) -> bool:
    return base is not None and ports.rulebooks.content(base, WRITTEN) is not None


def _differs(bundle: Bundle, rule: str, document: dict[str, Any]) -> bool:
    known = bundle.rule(rule)
    ignored = {"$schema": None, "version": None}
    return known is None or {**known, **ignored} != {**document, **ignored}
