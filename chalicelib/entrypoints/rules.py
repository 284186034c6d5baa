"""rules: the rules in force, read and changed one at a time by the owner's own servers and tools. No browser is answered (no CORS)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from chalice.app import Blueprint, NotFoundError, Response

from ..flows.publishing import Published, publish_rule, roll_back_rule
from ..flows.rulebooks import in_force
from ..model.canonical import read_json
from ..model.errors import EventRejected, RuleMoved, RulesRefused
from ..ports import Ports
from ..rulebook.rule_files import BRAND_FILE, IDENTIFIERS_FILE, NO_RULES, is_rule_file, name_taken, rule_file
from .answers import answer, answering
from .body import read_plain
from .judge import FolderJudge, look_over
from .rule_answers import explaining, published_told, said_in, tag_of, version_in
from .rulebook_body import MOST_BYTES, files_of
from .rules_request import body_of, ports_for, raw_body

routes = Blueprint(__name__)


@routes.route("/v1/rules", methods=["GET"], content_types=["*/*"])
@answering
def list_rules() -> Response:
    """The rules in force: id, status, version and description of each, and the number and name of the rulebook they stand in."""
    ports, _ = ports_for(routes.current_request)
    current = in_force(ports)
    rules = ((id, current.bundle.rule(id) or {}) for id in current.bundle.rules())
    shown = [{"id": id, "status": rule.get("status", "live"), "version": rule["version"], "description": rule.get("description", "")}
             for id, rule in rules]
    return answer({"number": current.number, "rulebook": current.bundle.name, "paused": current.paused, "rules": shown},
                  headers={"Cache-Control": "no-store"})


@routes.route("/v1/rules/{rule}", methods=["GET"], content_types=["*/*"])
@answering
def show_rule(rule: str) -> Response:
    """The rule as it was written, with its version, which is the ETag too."""
    ports, _ = ports_for(routes.current_request)
    found = in_force(ports).bundle.rule(_named(rule))
    if found is None:
        raise NotFoundError("there is no rule of this id")
    return answer(found, headers=tag_of(found["version"]))


@routes.route("/v1/rules/{rule}", methods=["PUT"], content_types=["*/*"])
@answering
@explaining
def put_rule(rule: str) -> Response:
    """Publish one rule, a document of `rule.schema.json`, checked and its examples played.

    `If-Match`, or `version` in the body, says which version the change began with. `?by=` and `?note=` are kept with it.
    Examples that take too long: `left` is not 0; send the same again.
    """
    ports, source = ports_for(routes.current_request)
    document = _rule(ports, rule)
    version, by_tag = version_in(routes.current_request, document)
    try:
        published = publish_rule(ports, FolderJudge(), _named(rule), document, version, said_in(_query(), source))
    except RuleMoved as error:
        return _moved(error, by_tag)
    return _told(published, rule)


@routes.route("/v1/rules/{rule}/rollback", methods=["POST"], content_types=["*/*"])
@answering
@explaining
def roll_rule_back(rule: str) -> Response:
    """Publish a rule as it was before it was changed last, or removed; again, and that is undone.

    `If-Match`, or `version` in the body, says which version was seen, 0 that it was not there: then the same call once more does no
    more. `by` and `note`, in the body or the address, are kept with it.
    """
    ports, source = ports_for(routes.current_request)
    document = body_of(routes.current_request) if routes.current_request.raw_body else {}
    version, by_tag = version_in(routes.current_request, document)
    try:
        published = roll_back_rule(ports, FolderJudge(), _named(rule), version, said_in({**document, **_query()}, source))
    except RuleMoved as error:
        return _moved(error, by_tag)
    return _told(published, rule)


@routes.route("/v1/rules/lint", methods=["POST"], content_types=["*/*"])
@answering
def lint() -> Response:
    """What is wrong with a rule, among the rules in force, or with whole `files`; events are looked up among those seen
    in 30 days, stores and coupon pools among those that are there.

    A rule may be no JSON yet: `?id=` names it. Nothing is published.
    """
    ports, _ = ports_for(routes.current_request)
    plain = read_plain(raw_body(routes.current_request), MOST_BYTES)
    document = _read(plain)
    if "files" in document:
        return answer({"findings": look_over(ports, files_of(document))})
    path = rule_file(str(_query().get("id") or document.get("id")))
    if not is_rule_file(path) or path in (BRAND_FILE, IDENTIFIERS_FILE):
        path = rule_file("the-rule")
    found = look_over(ports, {**in_force(ports).bundle.files, path: plain.decode("utf-8-sig", "replace")})
    return answer({"findings": [finding for finding in found if finding["file"] == path]})


def _rule(ports: Ports, rule: str) -> dict[str, Any]:
    """The rule in the body. RulesRefused: it is no JSON, in the linter's words."""
    plain, path = read_plain(raw_body(routes.current_request)), rule_file(_named(rule))
    if plain and not _read(plain):
        files = {**in_force(ports).bundle.files, path: plain.decode("utf-8-sig", "replace")}
        found = [finding for finding in FolderJudge().problems(files) if finding["file"] == path]
        if found:
            raise RulesRefused("rules_invalid", found)
    return body_of(routes.current_request)


def _read(plain: bytes) -> dict[str, Any]:
    """The document, as far as it is one: what is not is for the linter."""
    try:
        found = read_json(plain)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _told(published: Published, rule: str) -> Response:
    """With the rule's version in what was published; a new one whose examples are still to be played has none yet."""
    version = published.bundle.version_here(_named(rule))
    if version is None:
        return answer(published_told(published), headers={"Cache-Control": "no-store"})
    return answer({**published_told(published), "version": version}, headers=tag_of(version))


def _moved(error: RuleMoved, by_tag: bool) -> Response:
    @explaining
    def tell() -> Response:
        raise error

    told: Response = tell()
    told.status_code = 412 if by_tag else told.status_code
    return told


def _named(rule: str) -> str:
    """EventRejected: no rule can have this id."""
    id = unquote(rule)
    if not is_rule_file(rule_file(id)):
        raise EventRejected("bad_request", "a rule's id is small letters, digits, `-` and `_`, at most 64")
    if id in NO_RULES:
        raise EventRejected("bad_request", name_taken(id))
    return id


def _query() -> Mapping[str, Any]:
    return routes.current_request.query_params or {}
