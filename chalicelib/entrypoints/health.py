"""health: is it alive, and with which rules."""

from chalice.app import Blueprint, Response

from .. import bootstrap
from .answers import answer, answering

routes = Blueprint(__name__)


@routes.route("/health", methods=["GET"], content_types=["*/*"])
@answering
def show_health() -> Response:
    """200 when the rules can be read."""
    return answer({"status": "ok", "rulebook": bootstrap.ports().rulebook().digest}, headers={"Cache-Control": "no-store"})
