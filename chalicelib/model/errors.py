"""errors: every error Beckon raises on purpose, on one page.

Being capped, held out or in quiet hours is a verdict, not an error.
"""

from collections.abc import Sequence
from typing import Any, Literal

from .publication import Change, Publication
from .spot import Spot


class BeckonError(Exception):
    """Something Beckon says no to; the text names the place and the mend."""


class RuleInvalid(BeckonError):
    """A rule, template or setting a marketer wrote cannot be used.

    `code` is the kind of mistake for machines, `at` the place in its file where it is known, `shown` lines that show it there.
    """

    def __init__(self, place: str, problem: str, mend: str = "", *, code: str = "", at: Spot | None = None, shown: str = "") -> None:
        self.place, self.problem, self.mend = place, problem, mend
        self.code, self.at, self.shown = code, at, shown
        super().__init__(f"{place}: {problem}" + (f" - {mend}" if mend else ""))


class RulesRefused(BeckonError):
    """Rules are not published. `findings` say where and why, one document each; `code`: whether they are invalid or examples fail."""

    def __init__(self, code: Literal["rules_invalid", "examples_failed"], findings: Sequence[dict[str, Any]]) -> None:
        self.code, self.findings = code, findings
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        super().__init__(f"{findings[0]['place']}: {findings[0]['problem']}{more}")


class RulebookMoved(BeckonError):
    """Others have published since this edit began. `changes` are theirs; `publications` say who made them and when, the newest first;
    `authors`: who made each change last; `mend`: what to do now."""

    def __init__(self, number: int, changes: Sequence[Change], publications: Sequence[Publication], authors: Sequence[str] = (),
                 mend: str = "") -> None:
        self.number, self.changes, self.publications = number, changes, publications
        everybody = ", ".join(dict.fromkeys(publication.by for publication in publications)) or "somebody"
        made: dict[str, list[str]] = {}
        for change, by in zip(changes[:5], authors or [everybody] * len(changes), strict=False):
            made.setdefault(by, []).append(str(change))
        shown = "; ".join(f"by {by}: {', '.join(theirs)}" for by, theirs in made.items()) or f"by {everybody}"
        more = f" and {len(changes) - 5} more" if len(changes) > 5 else ""
        super().__init__(f"number {number} is in force by now, {shown}{more} - {mend or 'look at it first'}")


class RuleMoved(BeckonError):
    """A rule is of another version than the one this edit began with. `version`: the one it has, None when it is gone."""

    def __init__(self, rule: str, version: int | None, publication: Publication | None) -> None:
        self.rule, self.version, self.publication = rule, version, publication
        whom = f", by {publication.by}" if publication else ""
        now = "is there no longer" if version is None else f"is version {version} by now"
        super().__init__(f"the rule {rule} {now}{whom} - read it again and make your change in that")


class BaseMissing(BeckonError):
    """A change to a rule does not say which version it began with."""


class RuleUnknown(BeckonError):
    """There is no rule of this id, and never was one."""

    def __init__(self, rule: str) -> None:
        super().__init__(f"there is no rule {rule}, and there never was one - `GET /v1/rules` lists those in force")


class NothingBefore(BeckonError):
    """There is nothing to go back to."""


class ConditionInvalid(RuleInvalid):
    """A condition does not parse (`kind` is `syntax`) or costs too much (`too-costly`).

    `position`: how many characters stand before the place, where that is known.
    """

    def __init__(self, place: str, problem: str, mend: str = "", *, kind: str = "syntax", position: int | None = None) -> None:
        self.kind, self.position = kind, position
        super().__init__(place, problem, mend)


class ConditionFailed(BeckonError):
    """A condition could not be evaluated on this document; it counts as not holding.

    `kind`: `invalid-type`, `invalid-value`, `invalid-arity` or `unknown-function` as JMESPath calls them, `too-costly`, `not-known`.
    """

    def __init__(self, message: str, *, kind: str = "invalid-value") -> None:
        self.kind = kind
        super().__init__(message)


class EventRejected(BeckonError):
    """An event cannot be accepted. `code` is a word for machines, the text is for people."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class RateLimited(BeckonError):
    """Somebody sends more than is allowed. `retry_after`: whole seconds until more is taken."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"too many events; send again in {retry_after} s")


class ConcurrentUpdate(BeckonError):
    """Somebody else committed this customer in between: load again, fold again."""


class TemplateFailed(BeckonError):
    """A template is missing or cannot be rendered for this message."""


class ChannelUnsupported(BeckonError):
    """A message asks for something its channel cannot do."""


class StoreUnavailable(BeckonError):
    """A table, stream or queue did not answer; the same call may work later."""


class ItemTooLarge(BeckonError):
    """Something is too large to be stored in one piece; trying again does not help."""


class FencesUnreadable(BeckonError):
    """What is kept as the index of fences is none, or damaged; building it again from the stores mends it."""


class TransportFailed(BeckonError):
    """A provider did not take a message.

    `retryable`: the provider said it has not taken it and may later.
    `ambiguous`: nobody knows whether it was taken; never repeated blindly.
    `retry_after`: milliseconds the provider asked to wait, if it did.
    `closes`: what it said of the address: it is dead (`bounced`), or its owner wants no more (`unsubscribed`).
    `moved_to`: the address that takes its place; the message may be sent there. `endpoint_gone`: nobody will ever be reached there.
    """

    def __init__(self, message: str, *, retryable: bool = False, ambiguous: bool = False, retry_after: int | None = None,
                 closes: Literal["bounced", "unsubscribed"] | None = None, moved_to: str | None = None,
                 endpoint_gone: bool = False) -> None:
        self.retryable, self.ambiguous, self.retry_after, self.closes = retryable, ambiguous, retry_after, closes
        self.moved_to, self.endpoint_gone = moved_to, endpoint_gone
        super().__init__(message)


class DeploymentFailed(BeckonError):
    """Packaging or deploying stopped; doing it again after the mend is safe."""


class SettingInvalid(BeckonError):
    """A variable of the environment that the deployment must give is missing or cannot be read."""
