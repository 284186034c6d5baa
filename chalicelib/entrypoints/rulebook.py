"""rulebook: the whole rulebook published, rolled back, paused and read by the owner's own tools. No browser is answered (no CORS)."""

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint, NotFoundError, Response

from ..flows.publishing import pause, publish, roll_back
from ..flows.rulebooks import details_of, in_force
from ..model.errors import EventRejected
from ..rulebook.bundle import bundle_from
from ..rulebook_ports import WRITTEN
from .answers import answer, answering
from .judge import FolderJudge
from .rule_answers import changes_told, explaining, publication_told, published_told, said_in
from .rulebook_body import MOST_BYTES, files_of, page_of
from .rules_request import body_of, ports_for

SHOWN = 20  # publications

routes = Blueprint(__name__)


@routes.route("/v1/rulebook", methods=["GET"], content_types=["*/*"])
@answering
def show_rulebook() -> Response:
    """Which rulebook is in force, whether everything is paused, and the last publications with what each changed, the newest first."""
    ports, _ = ports_for(routes.current_request)
    current = in_force(ports)
    history = ports.rulebooks.history(None, SHOWN)
    details = ports.spread(lambda publication: details_of(ports, publication), history)
    return answer({
        "number": current.number, "rulebook": current.bundle.name, "paused": current.paused, "rules": len(current.bundle.rules()),
        "publications": [{**publication_told(publication), "changes": changes_told(detail.changes)}
                         for publication, detail in zip(history, details, strict=True)],
    }, headers={"Cache-Control": "no-store"})


@routes.route("/v1/rulebook/files", methods=["GET"], content_types=["*/*"])
@answering
def show_files() -> Response:
    """The files of the rulebook in force as they were written, some 3 MB at a time: `?after=` takes the `next` of the page before.

    `?rulebook=` asks for those of another one by its name, so that all pages are of one.
    """
    ports, _ = ports_for(routes.current_request)
    query: Mapping[str, Any] = routes.current_request.query_params or {}
    current = in_force(ports)
    bundle = current.bundle
    if query.get("rulebook", bundle.name) != bundle.name:
        content = ports.rulebooks.content(query["rulebook"], WRITTEN)
        if content is None:
            raise NotFoundError("no rulebook of this name was published")
        bundle = bundle_from(content)
    page, going_on = page_of(bundle.files, query.get("after"))
    return answer({"number": current.number, "rulebook": bundle.name, "files": page, "next": going_on},
                  headers={"Cache-Control": "no-store"})


@routes.route("/v1/rulebook", methods=["POST"], content_types=["*/*"])
@answering
@explaining
def publish_rulebook() -> Response:
    """Publish all `files` of a rules folder, checked and their examples played. `base` is the `rulebook` that the change began with.

    Examples that take too long: `left` is not 0; send the same again.
    """
    ports, source = ports_for(routes.current_request)
    document = body_of(routes.current_request, MOST_BYTES)
    base = document.get("base")
    if not (base is None or isinstance(base, str)):
        raise EventRejected("bad_request", "`base` is the `rulebook` that the change began with, or null")
    return answer(published_told(publish(ports, FolderJudge(), files_of(document), base, said_in(document, source))))


@routes.route("/v1/rulebook/rollback", methods=["POST"], content_types=["*/*"])
@answering
@explaining
def roll_rulebook_back() -> Response:
    """Put the rules into force that were before these; again, and that is undone. `number` is the one that was seen to be in force."""
    ports, source = ports_for(routes.current_request)
    document = body_of(routes.current_request)
    number = document.get("number")
    if number is not None and (not isinstance(number, int) or isinstance(number, bool)):
        raise EventRejected("bad_request", "`number` is the number that was seen to be in force")
    return answer(published_told(roll_back(ports, number, said_in(document, source))))


@routes.route("/v1/rulebook/pause", methods=["POST"], content_types=["*/*"])
@answering
@explaining
def pause_rulebook() -> Response:
    """Let everything be silent (`paused`: true), or no longer (false). What happens meanwhile is remembered, and not made up for."""
    ports, source = ports_for(routes.current_request)
    document = body_of(routes.current_request)
    on = document.get("paused")
    if not isinstance(on, bool):
        raise EventRejected("bad_request", "`paused` is true or false")
    return answer(published_told(pause(ports, on, said_in(document, source))))
