"""call: one call of the tracking API as SDKs send it; the models say what Beckon reads of it, all else is allowed and left aside.

Source: Segment's spec (https://segment.com/docs/connections/spec/common/) and its HTTP tracking API.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, InstanceOf, TypeAdapter, ValidationError, WithJsonSchema
from typing_extensions import TypedDict

from .errors import EventRejected

CallType = Literal["track", "identify", "page", "screen", "group", "alias"]

MOST_CALL_BYTES = 32 * 1024
MOST_MESSAGE_ID = 100
MOST_NAME = 200

Document = InstanceOf[dict[str, Any]]  # looked at, not copied: what is inside is the shop's own
_ID = {"anyOf": [{"type": "string", "maxLength": 256}, {"type": "number"}, {"type": "null"}]}
_TIME = {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}


def _id(description: str, example: str) -> Any:
    return WithJsonSchema({**_ID, "description": description, "examples": [example]})


def _time(description: str) -> Any:
    return WithJsonSchema({**_TIME, "description": description, "examples": ["2026-03-01T09:00:00.000Z"]})


class Call(TypedDict, total=False):
    """What happened, and to whom: `userId` or `anonymousId` must be there. Other fields are left aside."""

    type: Annotated[CallType | None, Field(description="What kind of call it is. On a path of one kind it may be left out.")]
    messageId: Annotated[Any, WithJsonSchema(
        {"anyOf": [{"type": "string", "maxLength": MOST_MESSAGE_ID}, {"type": "number"}, {"type": "null"}], "examples": ["m-1"],
         "description": "Unique for each call; sent again it is the same event. Without one, equal calls are one event."})]
    userId: Annotated[Any, _id("The shop's own id of the customer.", "anna")]
    anonymousId: Annotated[Any, _id("The device's id.", "8d1c9a52-90ac-4d7e-a5a5-0d6a3d9b8f2e")]
    previousId: Annotated[Any, _id("In an alias: the anonymous id that was used before.", "8d1c9a52-90ac-4d7e-a5a5-0d6a3d9b8f2e")]
    event: Annotated[Any, WithJsonSchema(
        {"anyOf": [{"type": "string", "maxLength": MOST_NAME}, {"type": "null"}], "examples": ["Product Added"],
         "description": "In a track call: the name of what happened. Segment's e-commerce names are understood."})]
    name: Annotated[Any, WithJsonSchema(
        {"anyOf": [{"type": "string", "maxLength": MOST_NAME}, {"type": "null"}], "examples": ["Home"],
         "description": "In a page or screen call: its name."})]
    properties: Annotated[Document | None, Field(description="What is known of the event.",
                                                 examples=[{"product_id": "b-1", "price": 18.5, "currency": "EUR"}])]
    traits: Annotated[Document | None, Field(description="In an identify or group call: what is known of the customer.",
                                             examples=[{"email": "anna@example.com", "consents": {"email": ["offers"]}}])]
    context: Annotated[Document | None, Field(description="Where it happened: `locale`, `timezone`, `userSignature`, ...",
                                              examples=[{"locale": "en", "timezone": "Europe/Sofia"}])]
    timestamp: Annotated[Any, _time("When it happened, by the client's clock. Without it, when it arrived.")]
    originalTimestamp: Annotated[Any, _time("The same, as RudderStack's SDKs name it.")]
    sentAt: Annotated[Any, _time("When it was sent, by the client's clock: shows how wrong that clock is.")]


class Batch(TypedDict, total=False):
    """Many calls at once."""

    batch: Annotated[list[Call], Field(min_length=0, max_length=2_500, description="The calls, of any types.")]
    sentAt: Annotated[Any, _time("When the batch was sent, by the client's clock.")]
    writeKey: Annotated[Any, WithJsonSchema({"type": "string", "description": "The source's key, where Basic authentication has none."})]
    context: Annotated[Document | None, Field(description="Goes under the context of every call.")]
    past: Annotated[bool, Field(description="With a server's key: take these events in without setting anything off.")]


_CALL: TypeAdapter[Call] = TypeAdapter(Call)
_EMPTY: tuple[Any, ...] = ("", [])  # PHP writes an empty object so


def check_call(call: dict[str, Any]) -> Call:
    """The call, when its fields have the form they must have. EventRejected names the first that has not."""
    try:
        return _CALL.validate_python(call)
    except ValidationError as error:
        if any(value in _EMPTY for value in call.values()):
            return check_call({name: value for name, value in call.items() if value not in _EMPTY})
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "call"
        if name == "type":
            raise EventRejected("unknown_type", f"type is {str(call.get('type'))[:40]!r}; it must be one of "
                                                f"{', '.join(sorted(CallType.__args__))}") from None  # type: ignore[attr-defined]
        raise EventRejected(f"invalid_{name}", f"{name} must be an object") from None
