"""links: where the links in messages lead. A GET changes nothing, because mail gateways follow links before people do.

That a link was followed or a message opened is told on the way, of machines as such or not at all. The POST needs no session and no
particular body (RFC 8058), so a mail program's own button and the page's button are the same call. Unsubscribing is always possible,
confirming only once and for a while. A token that is not ours is answered 200 as well, but 404 where there is nowhere to lead to.
"""

from chalice.app import Blueprint, Response

from .. import bootstrap
from ..flows.clicks import describe_click, take_click
from ..flows.opens import PICTURE, take_open
from ..flows.opt_in import confirm_subscription, describe_confirmation, standing
from ..flows.unsubscribe import describe, unsubscribe
from ..model.machines import fetches_pictures, follows_links
from .answers import answering
from .confirm_page import confirm_page
from .lost_page import lost_page
from .page import HEADERS, language_of
from .unsubscribe_page import done_page, question_page, unknown_page

routes = Blueprint(__name__)


@routes.route("/c/{token}", methods=["GET", "HEAD"], content_types=["*/*"])
@answering
def follow_link(token: str) -> Response:
    """On to the page a link leads to; that it was followed is durable before."""
    ports, request = bootstrap.ports(), routes.current_request
    link = describe_click(ports, token)
    if link is None:
        return Response(body=lost_page(_language()), status_code=404, headers=dict(HEADERS))
    take_click(ports, link, machine=request.method == "HEAD" or follows_links(request.headers.get("user-agent", "")))
    return Response(body=b"", status_code=302, headers={**HEADERS, "Location": link.address})


@routes.route("/o/{token}", methods=["GET"], content_types=["*/*"])
@answering
def show_picture(token: str) -> Response:
    """A picture of one clear dot, `{token}.gif`, that tells that a message was opened."""
    take_open(bootstrap.ports(), token, machine=fetches_pictures(routes.current_request.headers.get("user-agent", "")))
    return Response(body=PICTURE, status_code=200, headers={**HEADERS, "Content-Type": "image/gif"})


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


@routes.route("/y/{token}", methods=["GET"], content_types=["*/*"])
@answering
def ask_to_confirm(token: str) -> Response:
    """The page with the button that confirms a subscription."""
    ports = bootstrap.ports()
    link = describe_confirmation(ports, token)
    if link is None:
        return _page(confirm_page(_language(), "over"))
    return _page(confirm_page(_language(), standing(ports, link), ports.rulebook().brand.name, link.topic))


@routes.route("/y/{token}", methods=["POST"], content_types=["*/*"])
@answering
def take_confirmation(token: str) -> Response:
    """Durable before it is answered, and once only."""
    ports = bootstrap.ports()
    link = describe_confirmation(ports, token)
    if link is None:
        return _page(confirm_page(_language(), "over"))
    return _page(confirm_page(_language(), confirm_subscription(ports, link), ports.rulebook().brand.name, link.topic))


def _language() -> str:
    return language_of(routes.current_request.headers.get("accept-language", ""))


def _page(page: bytes) -> Response:
    return Response(body=page, status_code=200, headers=dict(HEADERS))
