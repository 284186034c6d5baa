"""shop_day: a short day with something of everything: who gets a message, who does not, who is two people at first.

Two rules by e-mail (the cart reminder in two steps, with a code of a coupon pool, and a look around that led to nothing), so that caps,
priorities and codes take part; one by SMS; one through the shop's app; one in Telegram; and one that tells a system of the shop's own,
which knows a message by its key.
"""

from collections.abc import Callable, Iterator
from typing import Any

from chalicelib.model.instant import HOUR, MINUTE, format_instant, parse_instant
from chalicelib.rulebook.brand import Brand
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook

BEGINS = parse_instant("2026-03-02T10:00:00Z") or 0
ENDS = BEGINS + 60 * HOUR
BOUNCED = "petra@example.com"
SEND = {"channel": "email", "template": "cart"}
CHANNELS = {"sms": {"senderId": "Shop"}, "push": {}, "telegram": {"bot": "ShopBot"}, "webhook": {"url": "https://crm.shop.example/beckon"}}

POOL = "spring"
COUPON = "{% if offer %}Your code: {{ offer.code }}.{% endif %}"

TEMPLATES = {"cart": {"email.en.subject": "Your cart", "email.en.text": f"{{{{ trigger.value }}}} {COUPON} {{{{ unsubscribeUrl }}}}",
                      "email.en.html": "<p>{{ trigger.value }}</p><a href='{{ unsubscribeUrl }}'>no more</a>",
                      "sms.en.text": "Still thinking? STOP ends it", "push.en.title": "Your search", "push.en.text": "We have found it",
                      "telegram.en.text": "<a href='{{ unsubscribeUrl }}'>no more</a>", "telegram.en.button": "Call me",
                      "webhook.en.text": "{{ customer.userId }} asks to be called back"}}


def rulebook() -> Rulebook:
    """The day's rules."""
    rules = [
        Rule.model_validate({
            "id": "abandoned-cart", "priority": 60, "condition": "cart.value > `0`",
            "offer": {"pool": POOL, "percent": 10, "validFor": "7d"}, "budget": {"messagesPerDay": 100, "messages": 1_000},
            "trigger": {"kind": "abandonment", "wait": "1h", "start": [{"event": "Product Added"}],
                        "cancel": [{"event": "Order Completed"}]},
            "steps": [{"send": SEND}, {"after": "24h", "send": SEND}]}),
        Rule.model_validate({
            "id": "looked-around", "priority": 40,
            "trigger": {"kind": "abandonment", "start": [{"event": "Product Viewed"}], "wait": "30m",
                        "cancel": [{"event": "Product Added"}, {"event": "Order Completed"}]},
            "steps": [{"send": SEND}]}),
        Rule.model_validate({
            "id": "wished", "trigger": {"kind": "abandonment", "wait": "20m", "start": [{"event": "Product Added to Wishlist"}],
                                        "cancel": [{"event": "Order Completed"}]},
            "steps": [{"send": {"channel": "sms", "template": "cart"}}]}),
        Rule.model_validate({
            "id": "searched", "trigger": {"kind": "abandonment", "wait": "10m", "start": [{"event": "Products Searched"}],
                                          "cancel": [{"event": "Order Completed"}]},
            "steps": [{"send": {"channel": "push", "template": "cart"}}]}),
        Rule.model_validate({
            "id": "left-the-checkout", "trigger": {"kind": "abandonment", "wait": "20m", "start": [{"event": "Checkout Started"}],
                                                   "cancel": [{"event": "Order Completed"}]},
            "steps": [{"send": {"channel": "telegram", "template": "cart"}}]}),
        Rule.model_validate({
            "id": "call-back", "messageType": "transactional", "budget": {"messages": 100},
            "trigger": {"kind": "event", "event": "Callback Asked"},
            "steps": [{"send": {"channel": "webhook", "template": "cart"}}]}),
    ]
    brand = Brand.model_validate({"name": "Shop", "sender": {"email": "hello@shop.example", "name": "Shop"}, "timezone": "Europe/Sofia",
                                  "channels": CHANNELS})
    return Rulebook(brand=brand, rules={rule.id: rule for rule in rules}, templates=TEMPLATES, digest="day")


Story = list[tuple[int, list[dict[str, Any]]]]
"""(moment, calls) in the order of time."""


def story(*parts: str) -> Story:
    """The day, or these parts of it: what some of its people do, who have nothing to do with the others."""
    told: Story = []
    for minute, calls in (entry for part in parts or PARTS for entry in PARTS[part]()):
        at = BEGINS + minute * MINUTE
        when = format_instant(at)
        told.append((at, [{"messageId": f"{call.get('userId') or call['anonymousId']}-{minute}-{number}", "timestamp": when, **call}
                          for number, call in enumerate(calls)]))
    return sorted(told, key=lambda entry: entry[0])


Minutes = Iterator[tuple[int, list[dict[str, Any]]]]


def _letters() -> Minutes:
    for name in ("anna", "boris", "elena"):
        yield 0, _known(name)
    yield 0, [{"type": "identify", "userId": "grigor", "traits": {"email": "grigor@example.com"}}]
    # Anna leaves her cart and never comes back: two messages, a day apart
    yield 2, [_track("anna", "Product Added", product_id="p1", price=20)]
    # Boris buys in time
    yield 3, [_track("boris", "Product Added", product_id="p2", price=30)]
    yield 30, [_track("boris", "Order Completed", order_id="o1", products=[{"product_id": "p2", "price": 30}])]
    # Grigor never agreed
    yield 4, [_track("grigor", "Product Added", product_id="p3", price=5)]
    # Elena shops late, is held overnight, and buys the next day after the first message
    yield 620, [_track("elena", "Product Added", product_id="p6", price=50)]
    yield 1500, [_track("elena", "Order Completed", order_id="o2", products=[{"product_id": "p6", "price": 50}])]
    # Petra's address bounced long ago: decided, and stopped at the last gate
    yield 0, [{"type": "identify", "userId": "petra", "traits": {"email": BOUNCED, "consents": {"email": True}}}]
    yield 8, [_track("petra", "Product Added", product_id="p7", price=7)]


def _two_devices() -> Minutes:
    # Vera looks around on another device, puts something in there, and then says who she is
    yield 0, _known("vera")
    yield 5, [{"type": "track", "anonymousId": "vera-phone", "event": "Product Added", "properties": {"product_id": "p4", "price": 12}}]
    yield 6, [{"type": "track", "anonymousId": "vera-phone", "event": "Product Viewed", "properties": {"product_id": "p5"}}]
    yield 9, [{"type": "identify", "userId": "vera", "anonymousId": "vera-phone", "traits": {"firstName": "Vera"}}]
    # A visitor nobody knows
    yield 7, [{"type": "track", "anonymousId": "nobody-yet", "event": "Product Viewed", "properties": {"product_id": "p1"}}]


def _other_channels() -> Minutes:
    # Nadia gets an SMS, Olga a notification
    yield 0, [{"type": "identify", "userId": "nadia", "traits": {"phone": "+359888123456", "consents": {"sms": ["offers"]}}}]
    yield 0, [{"type": "identify", "userId": "olga", "traits": {"pushToken": "olga:phone", "consents": {"push": ["offers"]}}}]
    yield 13, [_track("nadia", "Product Added to Wishlist", product_id="p8")]
    yield 14, [_track("olga", "Products Searched", query="sea")]
    # Lidia is written to in Telegram, Marta wants to be called
    yield 0, [{"type": "identify", "userId": "lidia", "traits": {"telegramId": 4711, "consents": {"telegram": ["offers"]}}}]
    yield 11, [_track("lidia", "Checkout Started", checkout_id="c1", value=30)]
    yield 12, [_track("marta", "Callback Asked", phone="0888123456")]


PARTS: dict[str, Callable[[], Minutes]] = {"letters": _letters, "two devices": _two_devices, "other channels": _other_channels}


def _known(name: str) -> list[dict[str, Any]]:
    return [{"type": "identify", "userId": name, "traits": {"email": f"{name}@example.com", "consents": {"email": ["offers"]}}}]


def _track(user: str, event: str, **properties: Any) -> dict[str, Any]:
    return {"type": "track", "userId": user, "event": event, "properties": properties}
