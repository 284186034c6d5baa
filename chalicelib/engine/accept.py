"""accept: from a call as an SDK sends it to an event as Beckon keeps it, or a clear no.

Source of names and limits: Segment's HTTP tracking API (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/).
"""

from collections.abc import Callable
from typing import Any

from ..model.call import MOST_CALL_BYTES, MOST_MESSAGE_ID, MOST_NAME, Call, check_call
from ..model.canonical import canonical_json, digest, plain_json
from ..model.errors import EventRejected
from ..model.event import OWN_IDS, Event, EventType
from ..model.identifier_kinds import IdentifierKinds
from ..model.identity import identifier_value
from ..model.instant import DAY, MINUTE, parse_instant
from .identify import identifiers_in

MOST_DEPTH = 40
EARLIEST, LATEST = 3 * DAY, 5 * MINUTE
_LARGEST_EXACT = 2**64  # a number beyond it reaches us rounded: two different ids would become one


def accept(call: Any, source: str, received_at: int, sent_at: Any = None, default_type: EventType | None = None, *,
           signed: bool = False, past: bool = False, kinds: Callable[[], IdentifierKinds] | None = None) -> Event:
    """The event of one call. EventRejected says what is wrong with it.

    The time is the client's, corrected by how wrong its clock is: receivedAt - (sentAt - originalTimestamp), and kept within three
    days before and five minutes after arrival. An event of the `past` keeps its own time. `signed`: the call proves who the user is.
    `kinds`: by which identifiers beside the two ids a call may say whom it is about; None where nobody vouches for them.
    """
    if not isinstance(call, dict):
        raise EventRejected("not_an_object", "an event is a JSON object")
    _check_size(call)
    checked = check_call(call)
    kind = checked.get("type") or default_type
    if kind is None:
        raise EventRejected("unknown_type", "the call has no type; it is one of alias, group, identify, page, screen, track")
    user, anonymous = _id(checked, "userId"), _id(checked, "anonymousId")
    client_time = parse_instant(checked.get("timestamp"))
    if client_time is None:
        client_time = parse_instant(checked.get("originalTimestamp"))
    if client_time is None and past:
        raise EventRejected("no_time", "an event of the past needs `timestamp`, the time it happened")
    context = checked.get("context") or {}
    event = Event(
        id=_message_id(call), type=kind, name=_name(checked, kind),
        at=_corrected(client_time, None if past else parse_instant(sent_at or checked.get("sentAt")), received_at, past),
        received_at=received_at, client_time=client_time, user_id=user, anonymous_id=anonymous,
        properties=checked.get("properties") or {}, traits=_traits(checked, context) if kind in ("identify", "group") else {},
        context=_context(context), source=source,
        previous_id=_id(checked, "previousId") if kind == "alias" else None, signed=signed, past=past,
    )
    if user is None and anonymous is None and (kinds is None or not any(value for _, value in identifiers_in(event, kinds()))):
        raise EventRejected("no_identity", "an event needs a userId or an anonymousId that is somebody's")
    return event


def _context(sent: dict[str, Any]) -> dict[str, Any]:
    """Without what has its own place or has done its work."""
    if "traits" in sent or "userSignature" in sent:
        return {name: value for name, value in sent.items() if name not in ("traits", "userSignature")}
    return sent


def _traits(call: Call, context: dict[str, Any]) -> dict[str, Any]:
    said = call.get("traits") or context.get("traits")
    return said if isinstance(said, dict) else {}


def _id(call: Call, name: str) -> str | None:
    value = call.get(name)
    if value is None:
        return None
    if isinstance(value, (int, float)) and abs(value) >= _LARGEST_EXACT:
        raise EventRejected("id_not_exact", f"{name} is a number of more than 64 bits; send it as text")
    return identifier_value(value)


def _check_size(call: dict[str, Any]) -> None:
    try:
        text = plain_json(call)
    except (RecursionError, ValueError, TypeError) as error:
        raise EventRejected("not_storable", "it is nested too deeply or holds a number that is none") from error
    if len(text) > MOST_CALL_BYTES:
        raise EventRejected("too_large", f"{len(text)} bytes are too many; an event has at most {MOST_CALL_BYTES}")
    if text.count(b"{") + text.count(b"[") > MOST_DEPTH and _depth(call) > MOST_DEPTH:  # few brackets cannot nest deeply
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


def _name(call: Call, kind: EventType) -> str | None:
    name = call.get("event") if kind == "track" else call.get("name")
    name = name.strip() if isinstance(name, str) else ""
    if kind == "track" and not name:
        raise EventRejected("no_event_name", "a track call needs `event`, the name of what happened")
    if len(name) > MOST_NAME:
        raise EventRejected("name_too_long", f"an event's name has at most {MOST_NAME} characters")
    return name or None


def _message_id(call: dict[str, Any]) -> str:
    """The client's id, so that what is sent again is recognised; without one a hash of what was sent, which is the same then too."""
    given = call.get("messageId")
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        if abs(given) >= _LARGEST_EXACT:
            raise EventRejected("id_not_exact", "messageId is a number of more than 64 bits; send it as text")
        given = str(given)
    text = given.strip() if isinstance(given, str) else ""
    if not text:
        return digest("event", canonical_json({name: value for name, value in call.items() if name not in ("sentAt", "writeKey")}))
    if len(text) > MOST_MESSAGE_ID:
        raise EventRejected("message_id_too_long", f"a messageId has at most {MOST_MESSAGE_ID} characters")
    return text if text.isprintable() and not OWN_IDS.fullmatch(text) else digest("message id", text)


def _corrected(client_time: int | None, sent_at: int | None, received_at: int, past: bool) -> int:
    if client_time is None:
        return received_at
    at = client_time if sent_at is None else received_at - (sent_at - client_time)
    return min(at, received_at) if past else max(received_at - EARLIEST, min(at, received_at + LATEST))
