"""receipts: what providers tell of messages and bring from their readers. What cannot be used will never be usable, so it is parked and
answered as taken; while a table does not answer, so does this, and the provider calls again: to take something in twice changes nothing.
"""

from typing import cast

from chalice.app import Blueprint, NotFoundError, Response, UnauthorizedError

from .. import bootstrap
from ..channels.callbacks import CALLBACKS
from ..flows.callbacks import callback_secret
from ..flows.feedback import take_feedback
from ..model.canonical import digest
from ..model.errors import EventRejected
from ..ports import Parked, Ports
from .answers import answer, answering

routes = Blueprint(__name__)
MOST_KEPT = 64 * 1024  # characters of what is parked


@routes.route("/v1/receipts/{channel}", methods=["POST"], content_types=["*/*"])
@answering
def take_receipts(channel: str) -> Response:
    """What a channel's provider tells. Whatever follows from it for an address is in effect before this answers."""
    ports = bootstrap.ports()
    if channel not in CALLBACKS:
        raise NotFoundError("no provider of this channel calls here")
    callback = CALLBACKS[channel]
    if not callback.is_genuine(routes.current_request.headers, callback_secret(ports.sign, channel)):
        raise UnauthorizedError("the secret that shows who is calling is missing or wrong")
    raw = cast(bytes, routes.current_request.raw_body or b"")  # Chalice gives bytes, whatever its annotation says
    text = raw.decode("utf-8", "replace")
    try:
        take_feedback(ports, channel, text)
        return answer(callback.answer_to(text))
    except EventRejected as error:
        _park(ports, channel, text, f"{error.code}: {error}")
        return answer({})


def _park(ports: Ports, channel: str, body: str, reason: str) -> None:
    ports.parking.park(Parked(place="feedback", id=f"{channel}:{digest('callback', body)}", at=ports.clock(), reason=reason,
                              body=body[:MOST_KEPT]))
    ports.meter.count("parked", place="feedback")
