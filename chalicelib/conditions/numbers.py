"""numbers: what JMESPath cannot reckon. Results are rounded to six places, so that what costs 49.99 less 39.99 is 10."""

from math import isfinite

from jmespath.functions import signature

_NUMBER_OR_NULL = {"types": ["number", "null"]}
_PLACES = 6


class Numbers:
    """What is null gives null."""

    @signature(_NUMBER_OR_NULL, _NUMBER_OR_NULL)
    def _func_difference(self, number: float | None, other: float | None) -> float | None:
        """A number less another: difference(`50`, cart.value) is what is missing from 50."""
        return None if number is None or other is None else _rounded(number - other)

    @signature(_NUMBER_OR_NULL, _NUMBER_OR_NULL)
    def _func_ratio(self, number: float | None, other: float | None) -> float | None:
        """A number divided by another: ratio(`8`, `10`) is 0.8. Null when the other is 0."""
        return None if number is None or not other else _rounded(number / other)


def _rounded(number: float) -> float | None:
    return round(number, _PLACES) if isfinite(number) else None
