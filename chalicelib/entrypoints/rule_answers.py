"""rule_answers: what callers are told of rules that were published, or were not and why."""

import functools
from collections.abc import Mapping
from typing import Any

from chalice.app import Request, Response

from ..flows.publishing import Published, Said
from ..model.errors import BaseMissing, EventRejected, NothingBefore, RulebookMoved, RuleInvalid, RuleMoved, RulesRefused, RuleUnknown
from ..model.instant import format_instant
from ..model.publication import Change, Publication
from ..model.source import Source
from .answers import View, answer, refusal

MOST_TOLD = 200  # findings, changes
LONGEST_NAME, LONGEST_NOTE = 100, 1_000


def explaining(view: View) -> View:
    """A view whose "no" to rules becomes an answer: 422 with findings, 409 with what others changed, 404 without such a rule, 428
    without a base."""

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except RulesRefused as error:
            return _refuse(422, error.code, error, findings=list(error.findings)[:MOST_TOLD])
        except RulebookMoved as error:
            return _refuse(409, "rulebook_moved", error, number=error.number, changes=changes_told(error.changes),
                           publications=[publication_told(publication) for publication in error.publications[:20]])
        except RuleMoved as error:
            return _refuse(409, "rule_moved", error, version=error.version,
                           publications=[publication_told(error.publication)] if error.publication else [])
        except BaseMissing as error:
            return refusal(428, "base_missing", str(error))
        except RuleUnknown as error:
            return refusal(404, "rule_unknown", str(error))
        except NothingBefore as error:
            return refusal(409, "nothing_before", str(error))
        except RuleInvalid as error:
            return refusal(409, "unreadable", str(error))

    return guarded


def published_told(published: Published) -> dict[str, Any]:
    """What is in force after somebody has published."""
    publication = published.publication
    return {"success": True, "published": published.fresh, "number": publication.number if publication else 0,
            "rulebook": publication.bundle if publication else None, "paused": publication is not None and publication.paused,
            "changes": changes_told(published.changes), "left": published.left}


def publication_told(publication: Publication) -> dict[str, Any]:
    """One publication."""
    return {"number": publication.number, "rulebook": publication.bundle, "at": format_instant(publication.at), "by": publication.by,
            "action": publication.action, "note": publication.note, "paused": publication.paused}


def changes_told(changes: tuple[Change, ...] | list[Change] | Any) -> list[dict[str, str]]:
    """Which parts are otherwise."""
    return [{"what": change.what, "name": change.name, "how": change.how} for change in changes[:MOST_TOLD]]


def said_in(given: Mapping[str, Any], source: Source) -> Said:
    """Who publishes and why, as the caller says; without a name the key's. EventRejected: it is no text."""
    by, note = (given.get(name) or "" for name in ("by", "note"))
    for name, text, longest in (("by", by, LONGEST_NAME), ("note", note, LONGEST_NOTE)):
        if not isinstance(text, str) or len(text) > longest or any(0xD800 <= ord(letter) < 0xE000 for letter in text):
            raise EventRejected("bad_request", f"`{name}` is a text of at most {longest} characters")
    return Said(by.strip() or source.name, note.strip())


def version_in(request: Request, document: Mapping[str, Any]) -> tuple[int | None, bool]:
    """The version that an edit began with, from If-Match, else from `version`; and whether it is If-Match's. EventRejected: it is none."""
    tag = request.headers.get("if-match")
    if tag is not None:
        text = tag.strip().removeprefix("W/").strip('"')
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise EventRejected("bad_request", "If-Match is the ETag that a rule was read with, its version in quotes")
        return int(text), True
    version = document.get("version")
    if version is not None and (not isinstance(version, int) or isinstance(version, bool)):
        raise EventRejected("bad_request", "`version` is the whole number that the rule was read with")
    return version, False


def tag_of(version: int) -> dict[str, str]:
    """The header that If-Match takes."""
    return {"ETag": f'"{version}"', "Cache-Control": "no-store"}


def _refuse(status: int, code: str, error: Exception, **more: Any) -> Response:
    return answer({"code": code, "message": str(error), **more}, status)
