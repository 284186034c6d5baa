"""calls: what shops, phones and strangers send: plausible calls, messy ones that must be taken, and hostile ones."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

NINE = 1_772_442_000_000  # Monday 2026-03-02T09:00:00Z
PRODUCTS = ("b-1", "b-2", "b-3")
EVENTS = ("Product Viewed", "Product Added", "Product Removed", "Cart Viewed", "Cart Updated", "Cart Emptied", "Checkout Started",
          "Order Completed", "Subscribed", "Unsubscribed", "Email Bounced", "Email Marked as Spam")


def repeatable(examples: int) -> settings:
    """So many examples, the same ones in every run, with no clock watching."""
    return settings(max_examples=examples, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))


odd_text = st.sampled_from(["\ud83d", "a\ud800b", "\x00", " ", "null", "0", "ü" * 400, "../etc", "@"])
any_text = st.text(st.characters(), max_size=12) | odd_text
odd_numbers = st.sampled_from([10**30, 10**400, -10**400, 1e308, -1e308, 2**63])
numbers = st.integers(-5, 50) | st.floats(allow_nan=False, allow_infinity=False) | odd_numbers
scalars = st.none() | st.booleans() | numbers | any_text
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3), max_leaves=8)

plausible_products = st.fixed_dictionaries(
    {"product_id": st.sampled_from(PRODUCTS)},
    optional={"price": st.sampled_from([5, 18.5, 0, "9.99"]), "quantity": st.sampled_from([1, 2, "3"]), "currency": st.just("EUR"),
              "variant": st.sampled_from(["red", "blue"]), "name": st.just("The Quiet Sea")})
product_fields = st.sampled_from(["product_id", "price", "quantity", "currency", "variant", "name", "url"])
messy_products = st.dictionaries(product_fields, anything, max_size=5)
product = plausible_products | messy_products
properties = st.fixed_dictionaries({}, optional={
    "products": st.lists(product | scalars, max_size=4) | scalars, "channel": st.sampled_from(["email", "sms", 5]),
    "topic": st.sampled_from(["offers", "*", None]), "email": any_text | st.just("anna@example.com"), "tags": anything})
traits = st.fixed_dictionaries({}, optional={
    "email": st.sampled_from(["anna@example.com", " Anna@Example.com ", "nobody", "a@b"]) | anything, "firstName": anything,
    "timezone": st.sampled_from(["Europe/Sofia", "America/New_York", "Europe", "../zone", "\x00"]) | anything, "locale": anything,
    "consents": st.sampled_from([True, {"email": True}, {"email": ["offers"]}, {"email": {"offers": False}}, {"email": False}]) | anything,
    "note": st.text("x", min_size=0, max_size=20) | st.just("x" * 9_000)})


@st.composite
def tracks(draw: st.DrawFn) -> dict[str, Any]:
    """Something happened in the shop."""
    return {"type": "track", "event": draw(st.sampled_from(EVENTS)), "userId": "anna", "properties": {**draw(product), **draw(properties)}}


@st.composite
def acceptable(draw: st.DrawFn) -> dict[str, Any]:
    """A call of anna's, tidy or not, that must be taken."""
    call: dict[str, Any] = draw(tracks() | st.fixed_dictionaries({"type": st.just("identify"), "userId": st.just("anna"), "traits": traits})
                                | st.fixed_dictionaries({"type": st.sampled_from(["page", "screen", "group", "alias"]),
                                                         "userId": st.just("anna"), "properties": properties,
                                                         "name": any_text.map(lambda text: text[:200])}))
    return {**call, **draw(st.fixed_dictionaries({}, optional={
        "timestamp": st.sampled_from(["2026-03-02T08:59:00Z", "2026-03-02T09:30:00.5+02:00", "0001-01-01T00:00:00+14:00", "9999-12-31"]),
        "sentAt": st.sampled_from(["2026-03-02T09:00:00Z", "1970-01-01", 5]),
        "context": st.fixed_dictionaries({}, optional={"locale": anything, "timezone": anything, "ip": any_text}),
        "anonymousId": st.sampled_from(["phone", "web"]) | st.integers(-2**63, 2**63)}))}


hostile = st.one_of(
    anything,
    st.dictionaries(st.sampled_from(["type", "event", "userId", "anonymousId", "messageId", "traits", "context", "properties", "timestamp",
                                     "previousId", "name", "sentAt", "originalTimestamp"]), anything, max_size=8),
    st.fixed_dictionaries({"type": st.sampled_from(["track", "identify", "engine"]) | anything, "userId": st.just("anna") | anything,
                           "event": st.just("Product Added") | anything, "properties": anything, "messageId": anything}),
)
