"""What a condition starts from: the names it must be able to see."""

import pytest

from chalicelib.conditions.condition import condition
from chalicelib.conditions.mistakes import roots


@pytest.mark.parametrize(("text", "names"), [
    ("cart.value > `20`", {"cart"}),
    ("customer.a.b[0].c == cart.x", {"customer", "cart"}),
    ("length(cart.products[?price > `1`]) > `0`", {"cart"}),
    ("cart | products[0]", {"cart"}),
    ("cart.products[].{n: name, p: price}", {"cart"}),
    ("sort_by(cart.products, &price)[0].name", {"cart"}),
    ("cart.products[*].price | max(@)", {"cart"}),
    ("{who: customer.firstName, what: [trigger.value]}", {"customer", "trigger"}),
    ("!customer && contains(customer.tags, 'vip') || price", {"customer", "price"}),
    ("`1`", set()),
])
def test_the_names_a_condition_starts_from(text, names):
    assert roots(condition(text).parsed) == names
