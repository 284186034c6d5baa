"""templates: Liquid (https://shopify.github.io/liquid/) in the customer's language, bounded so that no template can run away.

`rules/templates/<name>/<channel>.<locale>.<part>.liquid`; e-mail has the parts subject, text and html. In html everything is escaped.
A variable that is not there may be tested (`if`) and given a `default`; printed, it is an error, not an empty text: a message with a
hole in it is not sent. `{{ price | money: currency }}` writes an amount as the reader's language does.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from babel.numbers import format_currency, format_decimal
from liquid import Environment, FalsyStrictUndefined, RenderContext
from liquid.exceptions import FilterArgumentError, LiquidError
from liquid.filter import with_context
from liquid.template import BoundTemplate

from ..channels.email import EmailContent
from ..model.errors import TemplateFailed
from .rulebook import TemplateSources

EMAIL_PARTS = ("subject", "text", "html")


class _Bounded(Environment):
    loop_iteration_limit = 1_000
    output_stream_limit = 200_000
    local_namespace_limit = 50_000
    context_depth_limit = 30


class _Missing(FalsyStrictUndefined):
    force_liquid_default = True


@with_context
def money(amount: object, currency: object = None, *, context: RenderContext) -> str:
    """An amount with two decimals and, when it is known, its currency (ISO 4217), as the template's language writes it."""
    if isinstance(amount, bool) or not isinstance(amount, (int, float)):
        raise FilterArgumentError(f"money: {amount!r} is no amount", token=None)
    locale = str(context.resolve("locale"))
    if isinstance(currency, str) and len(currency) == 3:
        return format_currency(amount, currency.upper(), locale=locale)
    return format_decimal(amount, "#,##0.00", locale=locale)


def _environment(*, autoescape: bool) -> Environment:
    environment = _Bounded(undefined=_Missing, autoescape=autoescape)
    environment.add_filter("money", money)
    return environment


_PLAIN, _HTML = _environment(autoescape=False), _environment(autoescape=True)


@lru_cache(maxsize=512)
def _parsed(text: str, html: bool) -> BoundTemplate:
    return (_HTML if html else _PLAIN).from_string(text)


def choose_locale(sources: Mapping[str, str], channel: str, wanted: str | None, fallback: str) -> str:
    """The language to write in: the customer's when there is a template for it, else the brand's. TemplateFailed without either."""
    for locale in ((wanted or "").replace("_", "-").partition("-")[0].lower(), fallback):
        if locale and f"{channel}.{locale}.{EMAIL_PARTS[0]}" in sources:
            return locale
    raise TemplateFailed(f"no {channel} template in {fallback!r}")


def check(text: str, html: bool) -> str | None:
    """What is wrong with a template's own syntax, None when nothing is."""
    try:
        _parsed(text, html)
    except LiquidError as error:
        return str(error).splitlines()[0]
    return None


def render_email(templates: TemplateSources, name: str, locale: str, scope: Mapping[str, Any]) -> EmailContent:
    """The three parts of an e-mail. TemplateFailed names the part and what is wrong with it."""
    sources = templates.get(name, {})
    parts = {}
    for part in EMAIL_PARTS:
        place = f"email.{locale}.{part}"
        if place not in sources:
            raise TemplateFailed(f"templates/{name}/{place}.liquid is missing")
        try:
            parts[part] = _parsed(sources[place], part == "html").render(**scope)
        except (LiquidError, RecursionError, ArithmeticError, TypeError, ValueError) as error:
            raise TemplateFailed(f"templates/{name}/{place}.liquid: {str(error).splitlines()[0]}") from error
    if not parts["subject"].strip():
        raise TemplateFailed(f"templates/{name}/email.{locale}.subject.liquid is empty")
    return EmailContent(subject=parts["subject"].strip(), text=parts["text"], html=parts["html"])
