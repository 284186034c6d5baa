"""accept: from a call as an SDK sends it to an event as Beckon keeps it, or a clear no.

Source of names and limits: Segment's HTTP tracking API (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/).
"""

import json
from typing import Any, cast

from ..model.canonical import canonical_json, digest
from ..model.errors import EventRejected
from ..model.event import OWN_IDS, Event, EventType
from ..model.identity import identifier
from ..model.instant import DAY, MINUTE, parse_instant

MOST_EVENT_BYTES = 32 * 1024
MOST_MESSAGE_ID = 100
MOST_NAME = 200
MOST_DEPTH = 40
EARLIEST, LATEST = 3 * DAY, 5 * MINUTE
TYPES = frozenset({"track", "identify", "page", "screen", "group", "alias"})


def accept(call: Any, source: str, received_at: int, sent_at: Any = None, default_type: str | None = None) -> Event:
    """The event of one call. EventRejected says what is wrong with it.

    The time is the client's, corrected by how wrong its clock is: receivedAt - (sentAt - originalTimestamp), and kept within three
    days before and five minutes after arrival.
    """
    if not isinstance(call, dict):
        raise EventRejected("not_an_object", "an event is a JSON object")
    _check_size(call)
    kind = call.get("type") or default_type
    if not isinstance(kind, str) or kind not in TYPES:
        raise EventRejected("unknown_type", f"type is {str(kind)[:40]!r}; it must be one of {', '.join(sorted(TYPES))}")
    user, anonymous = identifier("user", call.get("userId")), identifier("anonymous", call.get("anonymousId"))
    if user is None and anonymous is None:
        raise EventRejected("no_identity", "an event needs a userId or an anonymousId that is somebody's")
    client_time = parse_instant(call.get("timestamp"))
    if client_time is None:
        client_time = parse_instant(call.get("originalTimestamp"))
    context = _object(call, "context")
    traits = _object(call, "traits") or (context.get("traits") if isinstance(context.get("traits"), dict) else {}) or {}
    previous = identifier("anonymous", call.get("previousId"))
    at = _corrected(client_time, parse_instant(sent_at or call.get("sentAt")), received_at)
    return Event(
        id=_message_id(call), type=cast(EventType, kind), name=_name(call, kind), at=at, received_at=received_at, client_time=client_time,
        user_id=user.value if user else None,
        anonymous_id=anonymous.value if anonymous else None, previous_id=previous.value if previous else None,
        properties=_object(call, "properties"), traits=traits if kind in ("identify", "group") else {},
        context={name: value for name, value in context.items() if name != "traits"}, source=source,
    )


def _check_size(call: dict[str, Any]) -> None:
    try:
        size = len(json.dumps(call, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass"))
    except (RecursionError, ValueError) as error:
        raise EventRejected("not_storable", "it is nested too deeply or holds a number that is none") from error
    if size > MOST_EVENT_BYTES:
        raise EventRejected("too_large", f"{size} bytes are too many; an event has at most {MOST_EVENT_BYTES}")
    if _depth(call) > MOST_DEPTH:
        raise EventRejected("too_deep", f"it is nested more than {MOST_DEPTH} deep")


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level:
        level = [child for parent in level if isinstance(parent, (dict, list))
                 for child in (parent.values() if isinstance(parent, dict) else parent)]
        deepest += 1
        if deepest > MOST_DEPTH:
            break
    return deepest


def _object(call: dict[str, Any], name: str) -> dict[str, Any]:
    value = call.get(name)
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise EventRejected(f"invalid_{name}", f"{name} must be an object")
    return value


def _name(call: dict[str, Any], kind: str) -> str | None:
    name = call.get("event") if kind == "track" else call.get("name")
    if kind == "track" and not (isinstance(name, str) and name.strip()):
        raise EventRejected("no_event_name", "a track call needs `event`, the name of what happened")
    if isinstance(name, str) and len(name) > MOST_NAME:
        raise EventRejected("name_too_long", f"an event's name has at most {MOST_NAME} characters")
    return name.strip() if isinstance(name, str) and name.strip() else None


def _message_id(call: dict[str, Any]) -> str:
    """The client's id, so that what is sent again is recognised; without one a hash of what was sent, which is the same then too."""
    given = call.get("messageId")
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        given = str(given)
    if not isinstance(given, str) or not given.strip():
        return digest("event", canonical_json({name: value for name, value in call.items() if name not in ("sentAt", "writeKey")}))
    text = given.strip()
    if len(text) > MOST_MESSAGE_ID:
        raise EventRejected("message_id_too_long", f"a messageId has at most {MOST_MESSAGE_ID} characters")
    return text if text.isprintable() and not OWN_IDS.fullmatch(text) else digest("message id", text)


def _corrected(client_time: int | None, sent_at: int | None, received_at: int) -> int:
    if client_time is None:
        return received_at
    at = client_time if sent_at is None else received_at - (sent_at - client_time)
    return max(received_at - EARLIEST, min(at, received_at + LATEST))
