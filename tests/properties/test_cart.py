"""The cart of a moment is the same in whatever order its events arrived, as long as none is more than a quarter of an hour late."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.model.cart import SETTLED_AFTER, Cart
from chalicelib.model.instant import MINUTE, SECOND

from .calls import NINE, repeatable

half_minutes = st.integers(0, 100).map(lambda number: NINE + number * 30 * SECOND)
line = st.fixed_dictionaries({"productId": st.sampled_from(["b-1", "b-2", "b-3"]), "quantity": st.integers(1, 3)},
                             optional={"price": st.sampled_from([5, 7.5]), "variant": st.sampled_from(["red", "blue"])})
changes = st.lists(st.tuples(half_minutes, st.integers(0, SETTLED_AFTER // MINUTE).map(lambda minutes: minutes * MINUTE),
                             st.sampled_from(["add", "add", "remove", "set", "order"]), st.lists(line, max_size=3)), max_size=30)


def filled(told: list[tuple[int, int, Any, list[dict[str, Any]]]], late: bool) -> Cart:
    """The cart after these changes, in the order of their arrival."""
    cart = Cart()
    order = sorted(enumerate(told), key=lambda entry: (entry[1][0] + (entry[1][1] if late else 0), entry[0]))
    for number, (at, delay, kind, products) in order:
        cart.change(at, kind, products, f"e{number:02}", at + (delay if late else 0))
    return cart


@repeatable(300)
@given(changes)
def test_late_events_lead_to_the_cart_that_punctual_ones_would(told: list[tuple[int, int, Any, list[dict[str, Any]]]]) -> None:
    punctual, late = filled(told, late=False), filled(told, late=True)
    assert late.lines() == punctual.lines()
    newest = max((at for at, *_ in told), default=NINE)
    for back in range(0, SETTLED_AFTER, MINUTE):
        settled = [change for change in told if change[0] <= newest - back]
        if all(at + delay <= newest + SETTLED_AFTER - back for at, delay, *_ in told):
            assert late.lines(at=newest - back) == filled(settled, late=False).lines()


def test_lines_stand_in_the_order_in_which_they_were_put_in_also_after_a_reload() -> None:
    cart = Cart()
    for minute, product in enumerate(("z-1", "b-2", "a-3")):
        cart.change(NINE + minute * MINUTE, "add", [{"productId": product, "quantity": 1}], f"e{minute}", NINE + 40 * MINUTE)
    reloaded = Cart(dict(sorted(cart.settled.items())), cart.changes)
    assert [entry["productId"] for entry in cart.lines()] == ["z-1", "b-2", "a-3"]
    assert reloaded.lines() == cart.lines()
