"""templates: Liquid (https://shopify.github.io/liquid/) in the customer's language, bounded so that no template can run away.

`rules/templates/<name>/<channel>.<locale>.<part>.liquid`; which parts a channel has it says itself. In a part that is HTML everything is
escaped.
A variable that is not there may be tested (`if`) and given a `default`; printed, it is an error, not an empty text: a message with a
hole in it is not sent. `{{ price | money: currency }}` writes an amount as the reader's language does.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel.numbers import format_currency, format_decimal
from liquid import Environment, FalsyStrictUndefined, RenderContext
from liquid.exceptions import FilterArgumentError, LiquidError
from liquid.filter import with_context
from liquid.template import BoundTemplate

from ..channels.channel import Part
from ..model.errors import TemplateFailed
from .rulebook import TemplateSources

_PRINTED = re.compile(r"\{\{.*?\}\}", re.DOTALL)


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
def parsed(text: str, html: bool) -> BoundTemplate:
    """A template, read once. LiquidError says what is wrong with it."""
    return (_HTML if html else _PLAIN).from_string(text)


def choose_locale(sources: Mapping[str, str], channel: str, first: Part, wanted: str | None, fallback: str) -> str:
    """The language to write in: the customer's when there is a template for it, else the brand's. TemplateFailed without either.

    There is one for a language when there is the channel's `first` part in it.
    """
    for locale in ((wanted or "").replace("_", "-").partition("-")[0].lower(), fallback):
        if locale and f"{channel}.{locale}.{first.name}" in sources:
            return locale
    raise TemplateFailed(f"no {channel} template in {fallback!r}")


def syntax_mistake(text: str, html: bool) -> tuple[str, int, int] | None:
    """What is wrong with a template's own syntax, and in which line and column; None when nothing is."""
    try:
        parsed(text, html)
    except LiquidError as error:
        place = error.context()
        return str(error.message or error).splitlines()[0], place[0] if place else 1, place[1] + 1 if place else 1
    return None


@dataclass(frozen=True, slots=True)
class Named:
    """A variable that a template asks for, or a filter it uses: its path, and the character where it stands."""

    path: tuple[str | int, ...]
    at: int


def variables_of(text: str, html: bool) -> list[Named]:
    """What a template asks for of what it is given, in order; not what it has named itself (`assign`, `for`), nor what is asked for under a
    name that another variable holds."""
    found = parsed(text, html).analyze().globals
    return sorted((Named(tuple(part for part in variable.segments if not isinstance(part, list)), variable.span.index)
                   for variables in found.values() for variable in variables
                   if not any(isinstance(part, list) for part in variable.segments)), key=lambda named: named.at)


def unknown_filters(text: str, html: bool) -> list[Named]:
    """Filters that a template uses and there are not."""
    environment = _HTML if html else _PLAIN
    return [Named((name,), span.index) for name, spans in parsed(text, html).analyze().filters.items() for span in spans
            if name not in environment.filters]


def filter_names() -> list[str]:
    """All filters there are."""
    return sorted(_PLAIN.filters)


def fixed_text(text: str) -> str | None:
    """What stands in every message a template writes: all but what is printed. None when it has tags, which may leave text out."""
    return None if "{%" in text else _PRINTED.sub("", text)


def render(templates: TemplateSources, name: str, channel: str, wanted: Sequence[Part], locale: str,
           scope: Mapping[str, Any]) -> dict[str, str]:
    """The parts of a message by name, without those that need not be there and are not. TemplateFailed names the part and what is wrong."""
    sources = templates.get(name, {})
    parts = {}
    for part in wanted:
        place = f"{channel}.{locale}.{part.name}"
        if place not in sources:
            if part.required:
                raise TemplateFailed(f"templates/{name}/{place}.liquid is missing")
            continue
        try:
            text = parsed(sources[place], part.html).render(**scope)
        except (LiquidError, RecursionError, ArithmeticError, TypeError, ValueError) as error:
            raise TemplateFailed(f"templates/{name}/{place}.liquid: {str(error).splitlines()[0]}") from error
        parts[part.name] = text.strip() if part is wanted[0] else text
    if not parts[wanted[0].name]:
        raise TemplateFailed(f"templates/{name}/{channel}.{locale}.{wanted[0].name}.liquid is empty")
    return parts
