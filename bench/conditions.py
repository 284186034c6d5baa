"""conditions: what a condition of a rule costs, beside jmespath.py, and what the costliest that are let through cost.

    python -m bench.conditions

Each is parsed beforehand and asked of one document, by both in one run, after both gave the same value. CPU time in one process, the
median of many rounds in turns; machines are noisy, so believe the ratios.
"""

import gc
import json
import math
import statistics
import time
from collections.abc import Callable
from itertools import repeat
from typing import Any

import jmespath
from jmespath.parser import Parser

from chalicelib.conditions.compiled import code_of, function_of
from chalicelib.conditions.condition import Condition, Scope, parse
from chalicelib.conditions.generate import source_of
from chalicelib.model.errors import ConditionFailed, ConditionInvalid

GOAL, LONGEST = 25.0, 50.0  # times jmespath.py; ms that one condition may take, whatever it is
ROUNDS, ROUND = 31, 0.004  # seconds each
LINES = [{"productId": f"b-{number}", "name": f"Book {number}", "brand": ("Lark", "Heron", "Wren")[number % 3],
          "price": 9.5 + number * 4, "quantity": 1 + number % 2, "category": ("Books", "Travel")[number % 2],
          "tags": ["new", "sale"][:number % 3]} for number in range(5)]
DOCUMENT: dict[str, Any] = {
    "event": {"name": "Order Completed", "type": "track", "properties": {
        "order_id": "o-1", "total": 129.9, "currency": "EUR", "coupon": None, "channel": "web", "products": LINES[:3]}},
    "customer": {"firstName": "Anna", "city": "Sofia", "locale": "bg-BG", "birthday": "1990-05-03", "vip": False,
                 "tags": ["reader", "newsletter", "club"], "audiences": ["book-lovers", "recent-buyers"], "points": "1200",
                 "orders": {"count": 4, "value": 310.5, "last": "2026-02-10T10:00:00Z"},
                 "viewed": [{"productId": f"b-{number}", "category": "Travel", "price": 20 + number} for number in range(6)]},
    "cart": {"value": 87.5, "count": 7, "currency": "EUR", "products": LINES},
    "trigger": {"abandoned": 3, "products": LINES[1:3]},
}
CONDITIONS = [
    "cart.value > `50`",
    "event.properties.total >= `100` && event.properties.currency == 'EUR'",
    "customer.orders.count == `0` || customer.orders.value < `500`",
    "!(customer.vip) && customer.city != 'Plovdiv' && cart.count > `1`",
    "event.properties.channel == 'app' || event.properties.channel == 'store' || event.properties.channel == 'web'",
    "customer.orders.last < '2026-03-01' && (customer.city == 'Varna' || customer.city == 'Sofia')",
    "event.properties.coupon == `null` && cart.products[0].price >= `5`",
    "contains(customer.audiences, 'recent-buyers') && !contains(customer.tags, 'staff')",
    "length(cart.products) > `2` && starts_with(customer.locale, 'bg')",
    "cart.products[?brand == 'Lark' && price > `10`]",
    "length(cart.products[?category == 'Travel']) >= `2`",
    "!(cart.products[?brand == 'Gift card' && quantity > `0`]) && length(cart.products[?price >= `20`]) > `1`",
    "cart.products[*].productId",
    "sum(cart.products[*].price) > `80` && max(cart.products[*].price) < `100`",
    "cart.products[?contains(tags, 'sale')].{id: productId, name: name}",
    "sort_by(customer.viewed, &price)[-1].productId == 'b-5'",
    "cart.products[].tags[] | contains(@, 'new')",
    "not_null(event.properties.coupon, customer.coupon, 'none') == 'none' && to_number(customer.points) > `1000`",
    "[event.properties.order_id, customer.firstName, cart.currency]",
    "join(', ', cart.products[?quantity > `1`].name) != '' && trigger.products[0].price < `20`",
]
_LINES = [{**LINES[number % 5], "productId": f"b-{number}"} for number in range(200)]
LARGE = {"event": {"properties": {"text": "x" * 8_000, "words": [f"w{number}" for number in range(1_000)], "numbers": list(range(1_000)),
                                  "products": _LINES[:100]}}, "cart": {"products": _LINES}}  # 32 KB, a cart of 200 lines
COSTLIEST = [
    "cart.products" + "|[@,@][]" * 20, "cart.products | [@,@,@][] | [@,@,@,@,@][] | [0]", "cart.products" + "|map(&[@,@],@)" * 15,
    "`[" + "1," * 50_000 + "1]`", "(" * 500 + "a" + ")" * 500, "event.properties.text" + " | join('',[@,@])" * 19,
    "event.properties.text" + " | to_string([@])" * 20, "event.properties" + " | [@,@]" * 22 + " | to_string(@)",
    "event.properties" + " | [@,@]" * 22 + " | @[0] == @[1]", "event.properties" + " | {a:@,b:@}" * 20,
    "cart.products|[@,@][]|min_by(@,&length(to_string(@)))", "cart.products|[@,@][]|sort_by(@,&join('',[name,brand,category]))",
    "event.properties.words[?starts_with(@,@) && ends_with(@,@) && @>=@ && @<=@]", "cart.products|[@,@][]|sort_by(@,not_null(&name))",
    "cart.products[?" + " && ".join(["contains(name, 'zz') || price > `1`"] * 8) + "]", "cart.products|[@,@][].to_string(@)",
    "event.properties.words|[?to_number(@) || to_number('1000')]", "event.properties.words|[@,@][]|sort(@)|reverse(@)|max(@)",
    "event.properties.[[text,text,text,text,text,text,text,text][*].reverse(@)]",
    "cart.products[*].to_string(@)|join(',',@)|to_string([@,@,@])",
]


def microseconds(*calls: tuple[Callable[..., Any], *tuple[Any, ...]]) -> list[float]:
    """CPU time of each call (a function and what it is given): the median of rounds in turns."""
    times = []
    for function, *given in calls:
        start = time.perf_counter()
        function(*given)
        times.append(max(1, int(ROUND / max(time.perf_counter() - start, 1e-7))))
    taken: list[list[float]] = [[] for _ in calls]
    gc.disable()
    for _ in range(ROUNDS):
        for place, (function, *given) in enumerate(calls):
            rounds = repeat(None, times[place])
            if len(given) == 1:
                (one,) = given
                start = time.process_time()
                for _ in rounds:
                    function(one)
            else:
                start = time.process_time()
                for _ in rounds:
                    function(*given)
            taken[place].append((time.process_time() - start) / times[place])
    gc.enable()
    return [statistics.median(each) * 1e6 for each in taken]


def compare() -> float:
    """A row for each condition; the geometric mean of the ratios."""
    scope, ratios = Scope(DOCUMENT), []
    print("| condition | jmespath.py, µs | Beckon, µs | times |\n|---|---|---|---|")
    for text in CONDITIONS:
        peer, own = jmespath.compile(text), Condition(text)
        if json.dumps(peer.search(DOCUMENT)) != json.dumps(own.value(scope)):
            raise SystemExit(f"they disagree: {text}")
        theirs, ours = microseconds((peer.search, DOCUMENT), (own.value, scope))
        ratios.append(theirs / ours)
        print(f"| `{text.replace('|', chr(92) + '|')}` | {theirs:.1f} | {ours:.2f} | {theirs / ours:.1f} |")
    return math.exp(statistics.fmean(map(math.log, ratios)))


def tell_compiling() -> None:
    """What it costs to have the function of a condition: the first of its form, another of this form, one kept from before."""
    text = CONDITIONS[1]
    parsed = parse(text)
    source = source_of(parsed)
    cold, known, parsing, kept = microseconds(
        (lambda: function_of(code_of.__wrapped__(source_of(parsed).text), source.constants),),
        (lambda: function_of(code_of(source_of(parsed).text), source.constants),),
        (lambda: Parser()._do_parse(text),), (Condition, text, (code_of(source.text), source.constants)))
    print(f"\ncompiling `{text}`: {cold:.0f} µs, {known:.0f} µs where its form is known, beside {parsing:.0f} µs of parsing; "
          f"kept from before {kept:.1f} µs")


def tell_costliest() -> None:
    """The longest that one condition took on a large document, refused, stopped or not."""
    scope, worst = Scope(LARGE), (0.0, "", "")
    for text in COSTLIEST:
        start, ended = time.process_time(), "answered"
        try:
            Condition(text).value(scope)
        except ConditionInvalid:
            ended = "refused"
        except ConditionFailed as error:
            ended = "stopped" if error.kind == "too-costly" else error.kind
        worst = max(worst, ((time.process_time() - start) * 1e3, ended, text))
    milliseconds, ended, text = worst
    print(f"\nthe costliest of {len(COSTLIEST)} on an event of 32 KB and a cart of 200 lines: {milliseconds:.1f} ms, {ended}: "
          f"`{text[:60]}`; goal: at most {LONGEST:g} ms ({'met' if milliseconds <= LONGEST else 'missed'})")


def main() -> None:
    """Print the table."""
    mean = compare()
    print(f"\ngeometric mean: {mean:.1f} times; goal: at least {GOAL:g} ({'met' if mean >= GOAL else 'missed'})")
    tell_compiling()
    tell_costliest()


if __name__ == "__main__":
    main()
