"""contradiction: whether demands exclude each other: intervals without a number in them, one thing equal to two, there and not."""

from collections.abc import Sequence

from ...conditions.demand import Demand, Exists, Falsy, NoneOf, OneOf, Path, Range, Truthy, is_met, is_number


def contradict(demands: Sequence[Demand]) -> bool:
    """Whether no document fulfils all of these."""
    paths = {demand.path for demand in demands}
    return any(_at_one_place([demand for demand in demands if demand.path == path]) for path in paths) or any(
        _is_nothing(demand) and _needs_something_below(demand.path, demands) for demand in demands)


def _at_one_place(demands: list[Demand]) -> bool:
    choices = [demand for demand in demands if isinstance(demand, OneOf)]
    if choices:  # one of few values: each can be tried
        return not any(all(is_met(demand, _at(demand.path, value)) for demand in demands) for value in choices[0].values)
    ranges = [demand for demand in demands if isinstance(demand, Range)]
    is_false = any(isinstance(demand, Falsy) for demand in demands)
    if is_false and (any(isinstance(demand, Truthy) for demand in demands) or any(_is_of_numbers(demand) for demand in ranges)):
        return True  # every number is true
    return bool(ranges) and (len({_is_of_numbers(demand) for demand in ranges}) > 1 or _is_empty(ranges, demands))


def _is_empty(ranges: list[Range], demands: list[Demand]) -> bool:
    """Whether nothing lies in all ranges: the lowest that may, or the highest, would."""
    lows = [demand for demand in ranges if demand.low is not None]
    highs = [demand for demand in ranges if demand.high is not None]
    for low in lows:
        for high in highs:
            assert low.low is not None and high.high is not None
            if low.low > high.high or (low.low == high.high and not (low.with_low and high.with_high)):  # type: ignore[operator]
                return True
            if low.low == high.high and any(isinstance(demand, NoneOf) and low.low in demand.values for demand in demands):
                return True
    return False


def _is_of_numbers(demand: Range) -> bool:
    return is_number(demand.low) or is_number(demand.high)


def _is_nothing(demand: Demand) -> bool:
    """Whether it says that a place holds nothing that could have fields."""
    return isinstance(demand, (Falsy, Range)) or (isinstance(demand, OneOf) and bool(demand.path))


def _needs_something_below(path: Path, demands: Sequence[Demand]) -> bool:
    return any(len(demand.path) > len(path) and demand.path[:len(path)] == path
               and (isinstance(demand, (Exists, Truthy, Range)) or (isinstance(demand, OneOf) and None not in demand.values))
               for demand in demands)


def _at(path: Path, value: object) -> object:
    for name in reversed(path):
        value = {name: value}
    return value
