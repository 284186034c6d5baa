"""functions: all functions that conditions may call: JMESPath's (https://jmespath.org/specification.html#built-in-functions) and ours.

Ours stand in files by subject, each a class of methods `_func_<name>` whose docstring says what it gives. What is null gives null, what is
of the wrong type is the error invalid-type as with JMESPath's, and what nobody can say makes the condition not hold.
"""

from typing import Any

from jmespath import functions

from . import past, products
from .lists import Lists
from .membership import Membership, audiences_in
from .numbers import Numbers
from .past import Past, questions
from .places import radii
from .products import Products, check_products
from .text import Text
from .time import Time, check_times


class Functions(Past, Time, Membership, Products, Text, Lists, Numbers, functions.Functions):
    """JMESPath's functions and ours, asked about one customer at one moment (`Known`), or about nobody."""


TAKES = {**past.TAKES, **products.TAKES}
"""How many arguments, where some may be left out."""

OURS: dict[str, str] = {name: " ".join((entry["function"].__doc__ or "").split()) for name, entry in Functions.FUNCTION_TABLE.items()
                        if name not in functions.Functions.FUNCTION_TABLE}
"""Our own functions, and what each gives."""


def check_calls(parsed: dict[str, Any]) -> None:
    """ValueError says what is wrong with an argument that must be written as it is."""
    list(questions(parsed))
    list(audiences_in(parsed))
    list(radii(parsed))
    check_products(parsed)
    check_times(parsed)
