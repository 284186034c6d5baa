"""test_variants: which variant of a rule a customer gets, and with what it writes then."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.rulebook.offer import Offer
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.variant import Variant, choose

from .reading import read

CUSTOMERS = [f"customer-{number}" for number in range(4_000)]
RULE = read("rules.json")["rule"]
SEND = RULE["steps"][0]
GIFT = {"code": "GIFT", "percent": 10}
FIRST, SECOND = (("steps", number, "send", "template") for number in (0, 1))


def shares(rule: str, **weights: int) -> dict[str, set[str]]:
    """Who gets which variant."""
    variants = [Variant(id=name, weight=weight) for name, weight in weights.items()]
    found: dict[str, set[str]] = {name: set() for name in weights}
    for customer in CUSTOMERS:
        chosen = choose(variants, rule, customer)
        assert chosen is not None
        found[chosen].add(customer)
    return found


def test_each_gets_as_many_as_its_weight_says_of_whatever_sum() -> None:
    thirds = {name: len(customers) for name, customers in shares("cart", a=1, b=2, c=0).items()}
    assert thirds["c"] == 0
    assert 1_213 < thirds["a"] < 1_453  # 1,333 and four standard deviations
    assert shares("cart", a=500, b=1_000, c=0) == shares("cart", a=1, b=2, c=0)


def test_the_variants_of_two_rules_have_nothing_to_do_with_each_other() -> None:
    both = shares("cart", a=1, b=1)["a"] & shares("drop", a=1, b=1)["a"]
    assert 890 < len(both) < 1_110


def test_a_variant_that_nobody_gets_any_more_leaves_the_others_to_each_other() -> None:
    three, two = shares("cart", a=1, b=0, c=1), shares("cart", a=1, c=1)
    assert (three["a"], three["c"]) == (two["a"], two["c"])


@given(st.text(max_size=40), st.text(max_size=40), st.lists(st.integers(0, 1_000), min_size=1, max_size=10))
def test_there_is_always_one_and_never_one_of_the_weight_0(customer: str, rule: str, weights: list[int]) -> None:
    variants = [Variant(id=f"v{number}", weight=weight) for number, weight in enumerate(weights)]
    chosen = choose(variants, rule, customer)
    assert chosen == choose(variants, rule, customer)
    assert (chosen is None) == (sum(weights) == 0)
    assert chosen not in {variant.id for variant in variants if variant.weight == 0}


def test_what_a_rule_writes_with() -> None:
    rule = Rule.model_validate({**RULE, "steps": [SEND, {"after": "1d", **SEND}], "offer": {"code": "ALL", "percent": 5}, "variants": [
        {"id": "plain", "weight": 1}, {"id": "other", "weight": 1, "templates": [None, "short"], "offer": GIFT}]})
    assert [rule.template(step, "plain") for step in (1, 2)] == ["letter", "letter"]
    assert [rule.template(step, "other") for step in (1, 2)] == ["letter", "short"]
    assert [rule.template(step, None) for step in (1, 2)] == ["letter", "letter"]  # of a journey that began before there were variants
    assert rule.offered("other") == Offer.model_validate(GIFT)
    assert rule.offered("plain") == rule.offered(None) == rule.offer
    assert [(wording.place, wording.template, wording.offer.code) for wording in rule.wordings() if wording.offer] == [
        (FIRST, "letter", "ALL"), (FIRST, "letter", "ALL"), (FIRST, "letter", "GIFT"),
        (SECOND, "letter", "ALL"), (SECOND, "letter", "ALL"), (("variants", 1, "templates", 1), "short", "GIFT")]
