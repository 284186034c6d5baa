"""product_line: what a feed says of a product, as JSON crosses the border: posted, in a file to import, or as a line among recorded events.

A line need not say everything: what it does not name stays as it is, null (or an empty text) takes a field away. Long names are cut, as in
events; everything else that cannot be used is an error that names the field and the mend.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, ValidationError, WithJsonSchema
from typing_extensions import TypedDict

from .errors import EventRejected
from .instant import MINUTE, format_instant, parse_instant
from .product import product_key
from .written import Written

MOST_PRODUCTS = 1_000  # in one request
MOST_STORES = 2_000  # of one product; 128 KB of JSON in all (model/told.py)
MOST_ATTRIBUTES, MOST_ENTRIES, MOST_CURRENCIES = 50, 20, 50
MOST_PRICE = MOST_STOCK = 10**12
LATEST = 5 * MINUTE  # so far another clock may be ahead of ours
_TEXT, _ID, _URL = 300, 200, 2_000


def _number(value: Any, mend: str) -> int | float:
    if isinstance(value, str):
        try:
            value = int(value) if value.strip().isdecimal() else float(value[:30])
        except ValueError:
            raise ValueError(f"{value[:40]!r} is no number - {mend}") from None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -MOST_PRICE <= value <= MOST_PRICE:
        raise ValueError(f"{_shown(value)} is no number that can be used - {mend}")
    return value


def _amount(value: Any) -> int | float:
    amount = _number(value, "write a price such as 18.50, and its currency beside it")
    if amount < 0:
        raise ValueError(f"{_shown(value)} is less than nothing - write a price such as 18.50")
    return amount


def _pieces(value: Any) -> int:
    number = _number(value, "write a whole number of pieces")
    if number != int(number):
        raise ValueError(f"{_shown(value)} is no whole number of pieces - round it down")
    return max(0, int(number))  # sold more than there was: there is none


def _currency(value: Any) -> str:
    text = value.strip().upper() if isinstance(value, str) else ""
    if not (len(text) == 3 and text.isascii() and text.isalpha()):
        raise ValueError(f"{_shown(value)} is no currency - write three letters, such as EUR")
    return text


def _text(value: Any) -> str | None:
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        raise ValueError(f"{_shown(value)} is no text")
    return _plain(str(value))[:_TEXT] or None


def _id(value: Any) -> str:
    text = _plain(str(value)) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if not 0 < len(text) <= _ID:
        raise ValueError(f"{_shown(value)} is no id - write a text of at most {_ID} characters")
    return text


def _url(value: Any) -> str | None:
    text = value.strip() if isinstance(value, str) else "?"
    if text and (not text.startswith(("http://", "https://")) or len(text) > _URL or not text.isprintable() or " " in text):
        raise ValueError(f"{_shown(value)} is no address of a page - write it in full, https://... ({_URL} characters at most)")
    return text or None


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{_shown(value)} is neither yes nor no - write true or false")
    return value


def _attribute(value: Any) -> Any:
    if isinstance(value, list):
        if len(value) > MOST_ENTRIES:
            raise ValueError(f"it has {len(value)} entries - give at most {MOST_ENTRIES}")
        if any(isinstance(entry, (list, dict)) or entry is None for entry in value):
            raise ValueError("a list holds texts and numbers only - write deeper things as attributes of their own")
        return [_attribute(entry) for entry in value]
    if isinstance(value, str):
        return _plain(value)[:_TEXT]
    if value is not None and not isinstance(value, (bool, int, float)):
        raise ValueError(f"{_shown(value)} cannot be kept - give a text, a number, true or false, or a short list")
    return value if value is None or isinstance(value, bool) else _number(value, "give one a price could have")


def _moment(value: Any) -> int:
    at = parse_instant(value)
    if at is None:
        raise ValueError(f"{_shown(value)} is no moment - write 2026-03-01T09:00:00Z")
    return at


def _plain(text: str) -> str:
    text = " ".join(text.split())
    if not text.isprintable():
        raise ValueError(f"{_shown(text)} has characters that cannot be shown - leave them out")
    return text


def _shown(value: Any) -> str:
    return repr(value)[:60]


def _checked(check: Callable[[Any], Any], schema: dict[str, Any], example: Any) -> Any:
    return (PlainValidator(check), WithJsonSchema({**schema, "examples": [example]}))


Amount = Annotated[float, *_checked(_amount, {"type": ["number", "string"], "minimum": 0, "maximum": MOST_PRICE}, 18.5)]
Pieces = Annotated[int, *_checked(_pieces, {"type": ["integer", "string"], "maximum": MOST_STOCK}, 12)]
Currency = Annotated[str, *_checked(_currency, {"type": "string", "pattern": "^[A-Z]{3}$"}, "EUR")]
Text = Annotated[str, *_checked(_text, {"type": "string"}, "The Quiet Sea")]
Id = Annotated[str, *_checked(_id, {"type": ["string", "integer"], "minLength": 1, "maxLength": _ID}, "b-1")]
Url = Annotated[str, *_checked(_url, {"type": "string", "format": "uri", "maxLength": _URL}, "https://shop.example/b-1")]
YesOrNo = Annotated[bool, *_checked(_yes_or_no, {"type": "boolean"}, True)]
Attribute = Annotated[Any, *_checked(_attribute, {"type": ["string", "number", "boolean", "array"]}, "hardcover")]
Moment = Annotated[int, *_checked(_moment, {"type": "string", "format": "date-time"}, "2026-03-01T09:00:00Z")]


class StoreLine(Written):
    """What is so in one store."""

    price: Amount | None = None
    """Where the store's price is another than the shop's."""
    currency: Currency | None = None
    """Where it is another than the product's."""
    stock: Pieces | None = None
    """Pieces in this store."""


class ProductLine(Written):
    """What a feed says of a product. Fields that are not there stay as they are, null takes one away."""

    type: Literal["product"] = "product"
    """Among recorded events: what kind of line this is."""
    product_id: Id
    """The product's id, the one that events name."""
    variant: Id | None = None
    """Which size, colour or binding, where each is sold by itself."""
    name: Text | None = None
    """What it is called."""
    brand: Text | None = None
    """Who makes it."""
    category: Text | None = None
    """Where it stands in the shop."""
    url: Url | None = None
    """Its page."""
    image_url: Url | None = None
    """Its picture."""
    price: Amount | None = None
    """What it costs now."""
    currency: Currency | None = None
    """The currency of `price`."""
    prices: dict[Currency, Amount | None] | None = Field(default=None, max_length=MOST_CURRENCIES)
    """What it costs in other currencies, by currency."""
    stock: Pieces | None = None
    """Pieces there are; less than none counts as none, and without it the shop does not count."""
    available: YesOrNo | None = None
    """No: it cannot be had, whatever the stock."""
    stores: dict[Id, StoreLine | None] | None = Field(default=None, max_length=MOST_STORES)
    """Prices and stock by store id."""
    attributes: dict[Id, Attribute] | None = Field(default=None, max_length=MOST_ATTRIBUTES)
    """Whatever else rules ask for: texts, numbers, yes or no, short lists."""
    timestamp: Moment | None = None
    """The moment this was so; without it, the moment it arrives. An older word never overwrites a newer one on the same field."""


class ProductLines(TypedDict):
    """Many products at once."""

    products: Annotated[list[ProductLine], Field(max_length=MOST_PRODUCTS, description="What is known of them, whole or in part.")]


def read_product(line: Any, now: int) -> tuple[str, dict[str, Any]]:
    """The product key, and what the line says as model/told.py hears it. EventRejected names the first wrong field, and the mend."""
    if not isinstance(line, Mapping):
        raise EventRejected("not_an_object", "a product is an object - give productId and what is known of it")
    try:
        said = ProductLine.model_validate(line)
    except ValidationError as error:
        raise _rejected(error) from None
    at = now if said.timestamp is None else said.timestamp
    if at > now + LATEST:
        raise EventRejected("invalid_timestamp", f"timestamp: {format_instant(at)} has not come yet - write the moment this was so")
    word = said.model_dump(by_alias=True, exclude_unset=True, exclude={"type", "timestamp"})
    if word.get("variant", "") is None:
        del word["variant"]
    return product_key(word), {**word, "at": at}


_SAID: dict[str, str] = {
    "missing": "is missing - every product has one",
    "extra_forbidden": "is no field of a product - put what has no field of its own under `attributes`",
    "dict_type": "is no object - write fields and values in braces", "model_type": "is no object - write fields and values in braces",
    "literal_error": "is another kind of line - it is `product`",
}


def _rejected(error: ValidationError) -> EventRejected:
    first = error.errors(include_url=False, include_input=False)[0]
    place = [str(part) for part in first["loc"] if part != "[key]"]
    problem = _SAID.get(first["type"], first["msg"].removeprefix("Value error, "))
    if first["type"] == "too_long":
        problem = f"has too many entries - give at most {first.get('ctx', {}).get('max_length')}"
    if first["type"] == "extra_forbidden" and place[0] == "stores":
        problem = "is no field of a store - it has price, currency and stock"
    code = "unknown_field" if first["type"] == "extra_forbidden" else f"invalid_{place[0] if place else 'product'}"
    shown = "".join(letter if letter.isprintable() else "?" for letter in ".".join(place)[:100])
    return EventRejected(code, f"{shown or 'product'}: {problem}")
