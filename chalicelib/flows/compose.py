"""compose: the words of a message in its reader's language, and the request its channel makes of them."""

from typing import Any

from ..channels.channel import Draft, Request
from ..channels.registry import CHANNELS
from ..engine.scope import cart_view, customer_view
from ..model.customer import Customer
from ..model.decision import Message
from ..model.errors import TemplateFailed
from ..ports import Ports
from ..rulebook.rulebook import Rulebook
from ..rulebook.templates import choose_locale, render
from .clicks import click_url
from .opens import picture_url
from .opt_in import confirm_url
from .tracking import leading
from .unsubscribe import unsubscribe_url


def compose(ports: Ports, rulebook: Rulebook, customer: Customer, message: Message, now: int,
            offer: dict[str, Any] | None = None) -> Request:
    """The request for one message, with what it `offer`s. TemplateFailed says what is missing or wrong."""
    channel, sources = CHANNELS[message.channel], rulebook.templates.get(message.template, {})
    settings = rulebook.brand.channel(message.channel)
    if settings is None or message.channel not in ports.transports:
        raise TemplateFailed(f"{message.channel} is not set up")
    locale = choose_locale(sources, message.channel, channel.PARTS[0], customer.locale, rulebook.brand.locale)
    if not ports.public_url:
        raise TemplateFailed("the public address is not known, so there can be no unsubscribe link")
    recipient = customer.address(message.channel)
    assert recipient is not None  # the gate has looked
    link = unsubscribe_url(ports, customer.id, message, recipient)
    scope = _scope(ports, rulebook, customer, message, link, locale, now) | ({"offer": offer} if offer else {})
    parts = render(rulebook.templates, message.template, message.channel, channel.PARTS, locale, scope)
    tracking = rulebook.tracking(message.rule)
    lead = leading(tracking, ports.public_url, lambda target: click_url(ports, customer.id, message, target))
    request: Request = channel.translate(Draft(
        key=message.key, rule=message.rule, step=message.step, topic=message.topic, message_type=message.message_type, recipient=recipient,
        locale=locale, settings=settings, unsubscribe_url=link, at=now, data=message.data, customer=scope["customer"],
        parts=channel.lead_links(parts, lead, picture_url(ports, customer.id, message) if tracking.opens else None)))
    return request


def _scope(ports: Ports, rulebook: Rulebook, customer: Customer, message: Message, link: str, locale: str, now: int) -> dict[str, Any]:
    """What templates see."""
    confirm = confirm_url(ports, customer, message, now)
    return {
        **({"confirmUrl": confirm} if confirm else {}),
        "brand": rulebook.brand.model_dump(mode="json", by_alias=True, exclude={"channels"}),
        "customer": {"firstName": None, **customer_view(customer)}, "cart": cart_view(customer.cart.lines()), "trigger": message.data,
        "unsubscribeUrl": link, "locale": locale,
    }
