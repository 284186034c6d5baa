"""Two edits of one rulebook brought together: what nobody else touched stays one's own, and what only others touched is theirs."""

import json

import pytest

from chalicelib.rulebook.merging import merge

BASE = {"brand.json": "{}", "cart.json": '{"id": "cart", "priority": 1}', "gift.json": '{"id": "gift", "priority": 1}',
        "templates/plain/email.en.text.liquid": "Hello", "templates/plain/email.en.html.liquid": "<p>Hello</p>"}
CART, GIFT, TEXT, HTML = sorted(BASE)[1:3] + sorted(BASE, reverse=True)[:2]


def without(files: dict[str, str], path: str) -> dict[str, str]:
    return {other: text for other, text in files.items() if other != path}


@pytest.mark.parametrize(("mine", "theirs", "merged", "both"), [
    ({**BASE, CART: '{"id": "cart", "priority": 2}'}, {**BASE, GIFT: '{"id": "gift", "priority": 3}'},
     {**BASE, CART: '{"id": "cart", "priority": 2}', GIFT: '{"id": "gift", "priority": 3}'}, ()),
    ({**BASE, CART: '{"id": "cart", "priority": 2}'}, {**BASE, CART: '{"id": "cart", "priority": 3}'},
     {**BASE, CART: '{"id": "cart", "priority": 2}'}, (CART,)),
    ({**BASE, CART: '{"priority": 1,  "id": "cart"}'}, {**BASE, CART: '{"id": "cart", "priority": 3}'},
     {**BASE, CART: '{"id": "cart", "priority": 3}'}, ()),
    ({**BASE, CART: '{"priority": 1,  "id": "cart"}'}, BASE, {**BASE, CART: '{"priority": 1,  "id": "cart"}'}, ()),
    (without(BASE, CART), {**BASE, "new.json": "{}"}, {**without(BASE, CART), "new.json": "{}"}, ()),
    (without(BASE, CART), {**BASE, CART: '{"id": "cart", "priority": 3}'}, without(BASE, CART), (CART,)),
    ({**BASE, "mine.json": "{}"}, without(BASE, GIFT), {**without(BASE, GIFT), "mine.json": "{}"}, ()),
    ({**BASE, TEXT: "Hi"}, {**BASE, HTML: "<b>Hi</b>"}, {**BASE, TEXT: "Hi", HTML: "<b>Hi</b>"}, ()),
    ({**BASE, TEXT: "Hi"}, {**BASE, TEXT: "Hi"}, {**BASE, TEXT: "Hi"}, ()),
], ids=["each another", "the same", "mine only in form", "only in form", "removed and added", "removed and changed", "added and removed",
        "a template's files", "both the same way"])
def test_merging(mine: dict[str, str], theirs: dict[str, str], merged: dict[str, str], both: tuple[str, ...]) -> None:
    found = merge(BASE, mine, theirs)
    assert (dict(found.files), found.both) == (merged, both)
    assert json.dumps(found.files) and {change.how for change in found.taken} <= {"added", "changed", "removed"}
