"""health: is it alive, and with which rules."""

from chalice.app import Blueprint, Response

from .. import bootstrap
from .answers import answer, answering

routes = Blueprint(__name__)


@routes.route("/health", methods=["GET"], content_types=["*/*"])
@answering
def show_health() -> Response:
    """200 when the rules can be read."""
    rulebook = bootstrap.ports().rulebook()
    return answer({"status": "ok", "rulebook": rulebook.digest, "number": rulebook.number, "paused": rulebook.paused},
                  headers={"Cache-Control": "no-store"})
