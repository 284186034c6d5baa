"""variables: what templates print of what is never there: the message would not be sent."""

from collections.abc import Iterator
from difflib import get_close_matches

from ...model.errors import RuleInvalid
from ...model.event import SUBSCRIPTION_ASKED
from ...model.spot import line_and_column
from ..brand import Brand
from ..places import problem_of
from ..rule import Rule
from ..templates import Named, filter_names, syntax_mistake, unknown_filters, variables_of
from .book import Book
from .names import say_missing
from .scope_shapes import CART, CUSTOMER, OFFER, trigger_shape
from .shape import ANYTHING, TEXT, Shape, at_least
from .templates import is_html

_BRAND = at_least(**{(field.alias or name): ANYTHING for name, field in Brand.model_fields.items() if name not in ("schema_", "channels")})
_ONLY_SOMETIMES = ("offer", "confirmUrl", "telegramUrl")


def find(book: Book) -> Iterator[RuleInvalid]:
    """In each part the first variable that no rule which uses the template can give, and the first filter that there is not."""
    for name, sources in book.rulebook.templates.items():
        used = [(rule, wording.offer is not None) for rule in book.rules for wording in rule.wordings() if wording.template == name]
        scopes = [_scope(rule, has_offer, book) for rule, has_offer in used] or [_scope(None, True, book)]
        for part, text in sources.items():
            html = is_html(part)
            if syntax_mistake(text, html) is not None:
                continue
            found = next(filter(None, (_unknown(named, scopes, text) for named in variables_of(text, html))), None)
            if found is not None:
                named, problem, mend = found
                yield problem_of(book.template(name, part), "template-variable", problem, mend, *line_and_column(text, named.at))
            for named in unknown_filters(text, html)[:1]:
                alike = get_close_matches(str(named.path[0]), filter_names(), 1)
                yield problem_of(book.template(name, part), "template-filter", f"there is no filter {named.path[0]}",
                                 f"did you mean {alike[0]}?" if alike else "see https://shopify.github.io/liquid/ for those there are",
                                 *line_and_column(text, named.at))


def _scope(rule: Rule | None, has_offer: bool, book: Book) -> dict[str, Shape]:
    """What a template sees when a rule sends it; of a template without a rule nobody knows what triggers it."""
    scope = {"customer": CUSTOMER, "cart": CART, "brand": _BRAND, "locale": TEXT, "unsubscribeUrl": TEXT,
             "trigger": ANYTHING if rule is None else trigger_shape(rule.trigger.kind, None)}
    if has_offer:
        scope["offer"] = OFFER
    if rule is None or SUBSCRIPTION_ASKED in rule.trigger.events():
        scope["confirmUrl"] = TEXT
    if book.rulebook.brand.channels.telegram is not None:
        scope["telegramUrl"] = TEXT
    return scope


def _unknown(named: Named, scopes: list[dict[str, Shape]], text: str) -> tuple[Named, str, str] | None:
    """What to say of a variable that none of the scopes has."""
    said = [_missing(named, scope, text) for scope in scopes]
    return (named, *said[0]) if said[0] is not None and all(said) else None


def _missing(named: Named, scope: dict[str, Shape], text: str) -> tuple[str, str] | None:
    root = str(named.path[0])
    if root not in scope:
        if root in _ONLY_SOMETIMES:
            why = {"offer": "no rule that uses the template has an offer", "telegramUrl": "brand.json sets up no telegram",
                   "confirmUrl": f"no rule that uses the template listens to {SUBSCRIPTION_ASKED!r}"}[root]
            return None if _is_tested(root, text) else (f"{root} is never there: {why}", f"take it away, or ask {{% if {root} %}} before")
        alike = get_close_matches(root, scope, 1)
        return f"there is no {root}", (f"did you mean {alike[0]}?" if alike else
                                       f"write for example customer.{root}; there are {', '.join(scope)}")
    shape = scope[root]
    owner: tuple[str, ...] = (root,)
    for part in named.path[1:]:
        if not isinstance(part, str) or (part in ("size", "first", "last") and not shape.closed):
            return None
        inner = shape.within(part)
        if inner is None:
            return say_missing(owner, part, shape)
        shape, owner = inner, (*owner, part)
    return None


def _is_tested(name: str, text: str) -> bool:
    return f"if {name}" in text or f"unless {name}" in text
