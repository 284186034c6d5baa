"""rule_operations: what the routes of rules and of the rulebook take and answer, for the OpenAPI document."""

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from .operation import Operation


class RuleLine(TypedDict):
    """A rule in short."""

    id: str
    status: str
    version: int
    description: str


class Rules(TypedDict):
    """The rules in force, and the number and name of the rulebook they stand in; `paused`: all of them are silent."""

    number: int
    rulebook: str
    paused: bool
    rules: list[RuleLine]


class ChangeTold(TypedDict):
    """One part of the rules that is otherwise than before."""

    what: Literal["brand", "identifiers", "rule", "audience", "template"]
    name: str
    how: Literal["added", "changed", "removed"]


class Publication(TypedDict):
    """What was put into force, when, by whom, and why."""

    number: int
    rulebook: str
    at: str
    by: str
    action: Literal["publish", "rollback", "pause", "resume"]
    note: str
    paused: bool
    changes: NotRequired[list[ChangeTold]]


class RulebookInForce(TypedDict):
    """Which rulebook is in force (`number` 0: none was published, it came with the code), how many rules it has, and how it came to be."""

    number: int
    rulebook: str
    paused: bool
    rules: int
    publications: list[Publication]


class RulebookFiles(TypedDict):
    """Files of a rulebook by their places in the rules folder; `next` is what `after` takes to go on, null at the end. `number` is in force
    now."""

    number: int
    rulebook: str
    files: dict[str, str]
    next: str | None


class FilesToPublish(TypedDict):
    """A rules folder to be published."""

    files: dict[str, str]
    base: NotRequired[str | None]
    by: NotRequired[str]
    note: NotRequired[str]


class Rollback(TypedDict, total=False):
    """Back to what was before."""

    number: int
    by: str
    note: str


class RuleRollback(TypedDict, total=False):
    """A rule back to what it was before the version that was seen."""

    version: int
    by: str
    note: str


class Pause(TypedDict):
    """Everything silent, or no longer."""

    paused: bool
    by: NotRequired[str]
    note: NotRequired[str]


class Published(TypedDict):
    """What is in force now: `published` says whether since this call. While examples of `left` rules were not played yet, nothing is: the
    same call again goes on. `version` is that of the rule, where one rule was published."""

    success: bool
    published: bool
    number: int
    rulebook: str | None
    paused: bool
    changes: list[ChangeTold]
    left: int
    version: NotRequired[int]


class Finding(TypedDict):
    """What the linter says, as `beckon lint --json` does."""

    level: Literal["error", "remark"]
    code: str
    file: str
    line: int
    column: int
    endLine: int
    endColumn: int
    place: str
    problem: str
    mend: str


class Findings(TypedDict):
    """All that the linter says; empty: nothing."""

    findings: list[Finding]


class RulesProblem(TypedDict):
    """Why rules were not published: `findings` of the linter or of examples, or what others `changes` meanwhile, and who."""

    code: str
    message: str
    findings: NotRequired[list[Finding]]
    number: NotRequired[int]
    version: NotRequired[int | None]
    changes: NotRequired[list[ChangeTold]]
    publications: NotRequired[list[Publication]]


_ID = "The rule's id."
_READ, _WRITE = (401, 403, 503), (400, 401, 403, 409, 422, 503)
RULE_OPERATIONS: dict[tuple[str, str], Operation] = {
    ("GET", "/v1/rules"): Operation("rules", Rules, "server", errors=_READ),
    ("GET", "/v1/rules/{rule}"): Operation("rules", dict[str, Any], "server", errors=(400, 404, *_READ), path_parameter=_ID),
    ("PUT", "/v1/rules/{rule}"): Operation("rules", Published, "server", dict[str, Any], (412, 428, *_WRITE), path_parameter=_ID,
                                           refuses=RulesProblem),
    ("POST", "/v1/rules/{rule}/rollback"): Operation("rules", Published, "server", RuleRollback, (404, 412, *_WRITE), path_parameter=_ID,
                                                     refuses=RulesProblem),
    ("POST", "/v1/rules/lint"): Operation("rules", Findings, "server", "*/*", (400, 401, 403, 503)),
    ("GET", "/v1/rulebook"): Operation("rules", RulebookInForce, "server", errors=_READ),
    ("GET", "/v1/rulebook/files"): Operation("rules", RulebookFiles, "server", errors=(404, *_READ)),
    ("POST", "/v1/rulebook"): Operation("rules", Published, "server", FilesToPublish, _WRITE, refuses=RulesProblem),
    ("POST", "/v1/rulebook/rollback"): Operation("rules", Published, "server", Rollback, _WRITE, refuses=RulesProblem),
    ("POST", "/v1/rulebook/pause"): Operation("rules", Published, "server", Pause, (400, 401, 403, 503)),
}
