"""possible: comparisons that what they ask can never fulfil, or always does: less than nothing, a day of the week in another word."""

import re
from collections.abc import Callable

from ...conditions.demand import Demand, OneOf, Range
from ...model.hours import DAYS
from .contradiction import contradict
from .demanded import demands_of, refusals_of
from .located_conditions import Fault, Node
from .types import Scope

_NEVER_NEGATIVE = frozenset({("cart", "value"), ("cart", "count"), ("customer", "orders", "count"), ("customer", "orders", "cancelled"),
                             ("customer", "orders", "returned")})
"""A line may cost less than nothing, a reduction; a whole cart that does is a shop's mistake, and nobody writes a rule for it."""
_COUNTING = frozenset({"happened", "length", "abs", "days_until_anniversary"})
_TURNS: dict[str, tuple[Callable[[str], str], str]] = {
    "lower": (str.lower, "small letters"), "upper": (str.upper, "capitals"), "trim": (str.strip, "no spaces around it")}
_DURATION = re.compile(r"[0-9]+[smhd]")
_MOMENTS = frozenset({"last_time", "local_date"})


def outside(node: Node, said: str, text: str, scope: Scope) -> Fault | None:
    """What is wrong with a comparison, or a call, alone; `said`: it as it is written, in a whole text."""
    if node["type"] == "function_expression" and node["value"] == "time_between":
        start, end = (child.get("value") for child in node["children"])
        return Fault("never-holds", node, f"{said} begins and ends at {start}, so no time is between", "write another end") if (
            start == end) else None
    if node["type"] == "comparator":
        called, literal = sorted(node["children"], key=lambda child: child["type"] == "literal")
        if called["type"] == "function_expression" and literal["type"] == "literal" and isinstance(literal["value"], str):
            fault = _misspelt(node, called, literal["value"], text)
            if fault is not None:
                return fault
    if node["type"] in ("comparator", "function_expression"):
        found, refused = demands_of(node), refusals_of(node, scope)
        if contradict((*found, *_given(found, scope))):
            return Fault("never-holds", node, f"{said} never holds: {_why(found)}", _mend(found))
        if contradict((*refused, *_given(refused, scope))):
            return Fault("always-holds", node, f"{said} always holds: {_why(refused)}", _mend(refused))
    return None


def _given(found: tuple[Demand, ...], scope: Scope) -> list[Demand]:
    """What is known of all that is compared here with a value."""
    known: list[Demand] = []
    for demand in found:
        if not isinstance(demand, (OneOf, Range)) or (isinstance(demand, OneOf) and None in demand.values):
            continue
        function = demand.path[0].partition("(")[0] if len(demand.path) == 1 and "(" in demand.path[0] else ""
        if function in _COUNTING or (demand.path in _NEVER_NEGATIVE and demand.path[0] in scope):
            known.append(Range(demand.path, low=0, with_low=True))
        elif function == "weekday":
            known.append(OneOf(demand.path, tuple(DAYS)))
    return known


def _is_weekday(found: tuple[Demand, ...]) -> bool:
    return any(demand.path and demand.path[0].startswith("weekday(") for demand in found)


def _why(found: tuple[Demand, ...]) -> str:
    return f"the days are called {', '.join(DAYS)}" if _is_weekday(found) else "what is asked for is never less than 0"


def _mend(found: tuple[Demand, ...]) -> str:
    """A day as it is called here, or a number that there may be."""
    if not _is_weekday(found):
        return "take it away, or compare with a number above 0"
    written = [str(value) for demand in found if isinstance(demand, OneOf) for value in demand.values]
    meant = next((value[:3].lower() for value in written if value[:3].lower() in DAYS), None)
    return f"write '{meant}'" if meant else f"write one of {', '.join(map(repr, DAYS))}"


def _misspelt(node: Node, called: Node, value: str, text: str) -> Fault | None:
    """A text that a function never gives."""
    function, said = called["value"], text[called["start"]:called["end"]]
    if function in _TURNS and node["value"] in ("eq", "ne") and _TURNS[function][0](value) != value:
        return Fault("never-holds" if node["value"] == "eq" else "always-holds", node,
                     f"{said} has {_TURNS[function][1]}, and '{value}' is written otherwise", f"write '{_TURNS[function][0](value)}'")
    if function in _MOMENTS and _DURATION.fullmatch(value):
        return Fault("type-never-matches", node, f"{said} gives a moment, and '{value}' is a length of time",
                     f"compare days_since({said}) with a number of days, or hours_since({said}) with hours")
    return None
