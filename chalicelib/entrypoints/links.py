"""links: where the links in messages lead. A GET changes nothing, because mail gateways follow links before people do.

The POST needs no session and no particular body (RFC 8058), so a mail program's own button and the page's button are the same
call. A token that is not ours is answered 200 as well.
"""

from chalice.app import Blueprint, Response

from .. import bootstrap
from ..flows.unsubscribe import describe, unsubscribe
from .answers import answering
from .unsubscribe_page import HEADERS, done_page, language_of, question_page, unknown_page

routes = Blueprint(__name__)


@routes.route("/u/{token}", methods=["GET"], content_types=["*/*"])
@answering
def ask_to_unsubscribe(token: str) -> Response:
    """The page with the button."""
    ports = bootstrap.ports()
    link = describe(ports, token)
    return _page(unknown_page(_language()) if link is None else question_page(_language(), ports.rulebook().brand.name, link.topic))


@routes.route("/u/{token}", methods=["POST"], content_types=["*/*"])
@answering
def take_unsubscription(token: str) -> Response:
    """In effect before it is answered."""
    ports = bootstrap.ports()
    link = describe(ports, token)
    if link is None:
        return _page(unknown_page(_language()))
    unsubscribe(ports, token)
    return _page(done_page(_language(), ports.rulebook().brand.name, link.topic))


def _language() -> str:
    return language_of(routes.current_request.headers.get("accept-language", ""))


def _page(page: bytes) -> Response:
    return Response(body=page, status_code=200, headers=dict(HEADERS))
