"""implication: whether one condition holds whenever another does."""

from functools import lru_cache

from ...conditions.condition import condition
from ...conditions.demand import Demand, Exists, OneOf, Range, Truthy, is_met
from ...conditions.demands import Demanded, demanded


def implies(text: str | None, other: str | None) -> bool:
    """Whether `other` certainly holds wherever `text` does."""
    if other is None or text == other:
        return True
    if text is None:
        return False
    wanted, given = _demanded(other), _demanded(text).demands
    return wanted.whole and all(any(_follows(want, have) for have in given if have.path == want.path) for want in wanted.demands)


@lru_cache(maxsize=4_096)
def _demanded(text: str) -> Demanded:
    return demanded(condition(text).parsed)


def _follows(want: Demand, have: Demand) -> bool:
    """Whether what stands at one place fulfils the one demand when it fulfils the other."""
    if want == have:
        return True
    if isinstance(have, OneOf):
        return all(is_met(want, _at(have, value)) for value in have.values)
    match want:
        case Exists():
            return isinstance(have, (Range, Truthy))
        case Truthy():
            return isinstance(have, Range) and not isinstance(have.low or have.high, str)  # every number is true
        case Range():
            return isinstance(have, Range) and _lies_within(have, want)
    return False


def _lies_within(inner: Range, outer: Range) -> bool:
    if {type(bound) is str for bound in (inner.low, inner.high, outer.low, outer.high) if bound is not None} == {True, False}:
        return False
    low = outer.low is None or (inner.low is not None and (inner.low > outer.low  # type: ignore[operator]
                                                           or (inner.low == outer.low and (outer.with_low or not inner.with_low))))
    high = outer.high is None or (inner.high is not None and (inner.high < outer.high  # type: ignore[operator]
                                                              or (inner.high == outer.high and (outer.with_high or not inner.with_high))))
    return low and high


def _at(have: OneOf, value: object) -> object:
    for name in reversed(have.path):
        value = {name: value}
    return value
