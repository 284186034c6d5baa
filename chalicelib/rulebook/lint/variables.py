"""variables: what templates print of what is never there: the message would not be sent."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from ...model.errors import RuleInvalid
from ...model.event import SUBSCRIPTION_ASKED
from ...model.spot import line_and_column
from ..brand import Brand
from ..places import problem_of
from ..rule import Rule, Wording
from ..template_needs import needs_of
from ..templates import Named, filter_names, syntax_mistake, unknown_filters, variables_of
from .book import Book
from .names import say_missing
from .scope_shapes import CART, CUSTOMER, OFFER, trigger_shape
from .shape import ANYTHING, TEXT, Shape, at_least
from .templates import is_html

_BRAND = at_least(**{(field.alias or name): ANYTHING for name, field in Brand.model_fields.items() if name not in ("schema_", "channels")})
_ONLY_SOMETIMES = ("offer", "confirmUrl", "telegramUrl")
_MONEY = ("money", "currency", "price", "format_money", "format_currency", "number_to_currency")
"""What shops' own filters for amounts are called; ours is `money`."""


def find(book: Book) -> Iterator[RuleInvalid]:
    """In each part the first variable that no rule which uses it can give, and the first filter that there is not; and for each rule the
    first that others can give and it cannot."""
    for name, sources in book.rulebook.templates.items():
        told: set[str] = set()
        for part, text in sources.items():
            html = is_html(part)
            if syntax_mistake(text, html) is not None:
                continue
            senders = _senders(book, name, part)
            scopes = [_scope(rule, wording.offer is not None, book) for rule, wording in senders] or [_scope(None, True, book)]
            found = next(filter(None, (_unknown(named, scopes, text) for named in variables_of(text, html))), None)
            if found is not None:
                named, problem, mend = found
                yield problem_of(book.template(name, part), "template-variable", problem, mend, *line_and_column(text, named.at))
            for (rule, wording), scope in zip(senders, scopes, strict=False):
                lacks = _lacks(part, text, scope, scopes)
                if lacks is not None and rule.id not in told:
                    told.add(rule.id)
                    yield book.problem(rule, wording.place, "template-variable", *lacks)
            for named in unknown_filters(text, html)[:1]:
                alike = get_close_matches(str(named.path[0]), filter_names(), 1)
                is_money = str(named.path[0]).startswith(_MONEY)
                yield problem_of(book.template(name, part), "template-filter", f"there is no filter {named.path[0]}",
                                 "write money: and the currency, as in {{ trigger.value | money: trigger.currency }}" if is_money else
                                 f"did you mean {alike[0]}?" if alike else "see https://shopify.github.io/liquid/ for those there are",
                                 *line_and_column(text, named.at))


def _senders(book: Book, name: str, part: str) -> list[tuple[Rule, Wording]]:
    """The rules that send a part of a template, with what each offers; where none does, those that name the template."""
    named = [(rule, wording) for rule in book.rules for wording in rule.sent() if wording.template == name]
    return [(rule, wording) for rule, wording in named if part.partition(".")[0] in wording.ways] or named


def _lacks(part: str, text: str, scope: Mapping[str, Shape], scopes: list[dict[str, Shape]]) -> tuple[str, str] | None:
    """What to say of the first variable that a part needs, and some rule gives, and this one cannot."""
    for named in needs_of(text, is_html(part)):
        if not _gives(scope, named) and any(_gives(other, named) for other in scopes):
            path = ".".join(str(step) for step in named.path if isinstance(step, str))
            asked, given = path if "trigger" in path else str(named.path[0]), list(scope["trigger"].fields or {})
            line, _ = line_and_column(text, named.at)
            here = f"{{% if {asked} %}} ... {{% endif %}} around it in each language"
            return (f"the template prints {path} ({part}.liquid, line {line}), which this rule does not have, so no message would leave",
                    f"name another template, or write {here}" + (f"; of its moment the rule tells {_told(given)}"
                                                                 if asked == path and given else ""))
    return None


def _told(fields: list[str]) -> str:
    return ", ".join(f"trigger.{name}" for name in fields[:6])


def _gives(scope: Mapping[str, Shape], named: Named) -> bool:
    """Whether a scope may have a variable."""
    shape: Shape | None = scope.get(str(named.path[0]))
    for part in named.path[1:]:
        if shape is None or not isinstance(part, str) or (part in ("size", "first", "last") and not shape.closed):
            break
        shape = shape.within(part)
    return shape is not None


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
                                       f"{_say_meant(named, scope, text)}; there are {', '.join(scope)}")
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


def _say_meant(named: Named, scope: Mapping[str, Shape], text: str) -> str:
    """Where what is asked for at the top may stand: in a loop that names it, in what the trigger tells, in the cart, among the traits."""
    root, *rest = [str(part) for part in named.path]
    loop = re.search(rf"{{%-?\s*for\s+{re.escape(root)}\s+in\s.*?%}}", text)
    if loop:
        return f"ask for it within {loop[0]} ... {{% endfor %}}, or write it otherwise there"
    for owner in ("trigger", "offer", "event", "cart", "customer"):
        if owner == "event" and "event" in (scope["trigger"].fields or {}):
            told = f"write trigger.event.{(rest or [root])[0]} for what the event said"
            return told if rest else f"{told}, or customer.{root} for a trait"
        for held in (root, f"{root}s"):
            shape = scope[owner].within(held) if owner in scope and held in (scope[owner].fields or {}) else None
            is_list = shape is not None and "array" in shape.types
            if shape is not None and (held == root or is_list) and _holds(shape.entry or ANYTHING if is_list and rest else shape, rest):
                return f"write {'.'.join((owner, f'{held}[0]' if is_list and rest else held, *rest))}"
    return "take it away" if rest else f"write for example customer.{root}"


def _holds(shape: Shape | None, names: list[str]) -> bool:
    """Whether something has a field under such a name, or may have."""
    for name in names:
        shape = shape.within(name) if shape is not None else None
    return shape is not None


def _is_tested(name: str, text: str) -> bool:
    return f"if {name}" in text or f"unless {name}" in text
