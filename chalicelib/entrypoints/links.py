"""links: where the links in messages lead. A GET changes nothing, because mail gateways follow links before people do.

That a link was followed or a message opened is told on the way, of machines as such or not at all. The POST needs no session and no
particular body (RFC 8058), so a mail program's own button and the page's button are the same call. Unsubscribing is always possible,
confirming only once and for a while. A token that is not ours is answered 200 as well, but 404 where there is nowhere to lead to.
"""

from typing import cast
from urllib.parse import parse_qs

from chalice.app import Blueprint, Response

from .. import bootstrap
from ..flows.clicks import describe_click, take_click
from ..flows.opens import PICTURE, take_open
from ..flows.opt_in import confirm_subscription, describe_confirmation, standing
from ..flows.preferences import MOST_SHOWN, Preference, pace_of, preferences, save_pace, save_preferences
from ..flows.unsubscribe import Link, describe, unsubscribe
from ..model.errors import StoreUnavailable
from ..model.machines import fetches_pictures, follows_links
from ..ports import Ports
from .answers import answering
from .confirm_page import confirm_page
from .failures import report_failure
from .lost_page import lost_page
from .page import HEADERS, language_of
from .preferences_page import AGREED, EVERY, FIELD, SHOWN, preferences_form, saved_page
from .unsubscribe_page import done_page, question_page, unknown_page

routes = Blueprint(__name__)
_ONE_CLICK = "List-Unsubscribe"
_MOST_FIELDS = 2 * MOST_SHOWN + 2


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
    """The page with the button, and with what else there is to choose."""
    ports = bootstrap.ports()
    link, brand = describe(ports, token), ports.rulebook().brand.name
    if link is None:
        return _page(unknown_page(_language()))
    return _page(question_page(_language(), brand, link.topic, preferences_form(_language(), brand, *_choices(ports, link))))


@routes.route("/u/{token}", methods=["POST"], content_types=["*/*"])
@answering
def take_unsubscription(token: str) -> Response:
    """In effect before it is answered. Whatever is not the form of preferences unsubscribes."""
    ports = bootstrap.ports()
    link, brand = describe(ports, token), ports.rulebook().brand.name
    if link is None:
        return _page(unknown_page(_language()))
    form = _form(cast(bytes, routes.current_request.raw_body or b""))  # Chalice gives bytes, whatever its annotation says
    if any(form.get(FIELD, [])) and _ONE_CLICK not in form:
        saved = save_preferences(ports, link, _subjects(form.get(SHOWN, [])), _subjects(form.get(AGREED, [])))
        if EVERY in form:
            save_pace(ports, link, form[EVERY][0] or None)
        return _page(saved_page(_language(), brand, saved))
    unsubscribe(ports, token)
    return _page(done_page(_language(), brand, link.topic))


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


def _choices(ports: Ports, link: Link) -> tuple[list[Preference], str | None]:
    """What there is to choose from, and how often at most to write; nothing while the store does not answer, so that the button is there
    all the same."""
    try:
        return preferences(ports, link), pace_of(ports, link)
    except StoreUnavailable as error:
        report_failure("ask_to_unsubscribe", error)
        return [], None


def _form(raw: bytes) -> dict[str, list[str]]:
    """The fields of a form; none for what is no form."""
    try:
        return parse_qs(raw.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}


def _subjects(fields: list[str]) -> set[tuple[str, str]]:
    """Channel and topic of each field."""
    return {(channel, topic) for channel, _, topic in (field.partition("/") for field in fields)}


def _language() -> str:
    return language_of(routes.current_request.headers.get("accept-language", ""))


def _page(page: bytes) -> Response:
    return Response(body=page, status_code=200, headers=dict(HEADERS))
