"""faults: parts of the outside that fail on purpose, in the ways the real ones do.

A fault sits between Beckon's own AWS clients and moto (`door.py` asks it at every call); the pump and the controls use other
clients and are never hit. With a seed the same calls meet the same faults.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import MockRawResponse

from chalicelib.model.canonical import fraction

Answer = TypeVar("Answer")

KINDS = ("timeout", "throttle", "500", "lost_answer", "kill_before", "kill_after")
PARTS = {"dynamodb": ("dynamodb",), "sqs": ("sqs",), "ses": ("sesv2", "ses"), "sns": ("sns",),
         "telegram": ("telegram",), "webhook": ("webhook",)}

# How each service says that it is busy: status and error code.
# Sources: the API references' "Common Errors", and botocore's service models of version 1.44.5.
_THROTTLES = {
    "dynamodb": (400, "ProvisionedThroughputExceededException"), "sqs": (400, "RequestThrottled"),
    "sesv2": (429, "TooManyRequestsException"), "ses": (400, "Throttling"), "sns": (429, "Throttled"),
}
_BROKEN = {
    "dynamodb": (500, "InternalServerError"), "sqs": (500, "InternalFailure"), "sesv2": (500, "InternalServiceErrorException"),
    "ses": (500, "InternalFailure"), "sns": (500, "InternalError"),
}


class Killed(BaseException):
    """The process died here: nothing after this line runs, no error handler either."""


class FaultInvalid(Exception):
    """What was asked for is not a fault; the text names the field."""


@dataclass(slots=True)
class Fault:
    """One part failing in one way: of its calls the share `rate`, at most `count` of them (None: no end)."""

    part: str
    kind: str
    rate: float = 1.0
    count: int | None = None
    seed: int = 0
    calls: int = 0
    hits: int = 0

    def strikes(self) -> bool:
        """Whether the next call meets this fault: a matter of the seed and the number of the call."""
        self.calls += 1
        if (self.count is not None and self.hits >= self.count) or fraction("fault", str(self.seed), str(self.calls)) >= self.rate:
            return False
        self.hits += 1
        return True

    def document(self) -> dict[str, Any]:
        """The fault as people asked for it, how many calls it saw and how many it struck."""
        return {"part": self.part, "kind": self.kind, "rate": self.rate, "count": self.count, "seed": self.seed, "calls": self.calls,
                "hits": self.hits}


class Faults:
    """The faults in force: one for each part at most, a new one takes the place of the old."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_part: dict[str, Fault] = {}

    def set(self, document: object) -> list[dict[str, Any]]:
        """Put a fault in force as `POST /local/faults` describes it; an empty document ends all. FaultInvalid names the field."""
        fault = _fault_from(document)
        with self._lock:
            if fault is None:
                self._by_part.clear()
            else:
                self._by_part[fault.part] = fault
        return self.documents()

    def documents(self) -> list[dict[str, Any]]:
        """What is in force."""
        return [fault.document() for fault in self._by_part.values()]

    def pass_on(self, service: str, call: str, answered: Callable[[], Answer], refused: Callable[[str], Answer],
                silence: Callable[[], Exception]) -> Answer:
        """One call's answer, or what the fault in force makes of it: `refused` tells how the service says that it is busy (`throttle`) or
        broken (`500`), `silence` what its client sees when no answer comes."""
        kind = self.striking(service)
        match kind:
            case "kill_before":
                raise Killed(f"before {call}")
            case "timeout":
                raise silence()
            case "throttle" | "500":
                return refused(kind)
        answer = answered()
        match kind:
            case "lost_answer":
                raise silence()
            case "kill_after":
                raise Killed(f"after {call}")
        return answer

    def striking(self, service: str) -> str | None:
        """The kind of fault the next call to this service meets, if any."""
        with self._lock:
            for part, fault in self._by_part.items():
                if service in PARTS[part] and fault.strikes():
                    return fault.kind
        return None


def refusal(service: str, kind: str, url: str) -> AWSResponse:
    """The answer of a service that is busy (`throttle`) or broken (`500`): nothing was done."""
    status, code = (_THROTTLES if kind == "throttle" else _BROKEN)[service]
    text = "refused on purpose by POST /local/faults"
    if service in ("sns", "ses"):
        body = f"<ErrorResponse><Error><Type>Receiver</Type><Code>{code}</Code><Message>{text}</Message></Error></ErrorResponse>"
    else:
        body = json.dumps({"__type": code, "message": text})
    return AWSResponse(url, status, {"x-amzn-ErrorType": code}, MockRawResponse(body))


def no_answer(url: str) -> ReadTimeoutError:
    """What a client sees when it waited for an answer in vain."""
    return ReadTimeoutError(endpoint_url=url)


def _fault_from(document: object) -> Fault | None:
    if not isinstance(document, dict):
        raise FaultInvalid("the body is not a JSON object")
    if not document:
        return None
    unknown = sorted(set(document) - {"part", "kind", "rate", "count", "seed"})
    if unknown:
        raise FaultInvalid(f"{unknown[0]}: no such field; known are part, kind, rate, count, seed")
    part, kind, rate = document.get("part"), document.get("kind"), document.get("rate", 1.0)
    count, seed = document.get("count"), document.get("seed", 0)
    if part not in PARTS:
        raise FaultInvalid(f"part: {part!r} is none of {', '.join(PARTS)}")
    if kind not in KINDS:
        raise FaultInvalid(f"kind: {kind!r} is none of {', '.join(KINDS)}")
    if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 <= rate <= 1:
        raise FaultInvalid(f"rate: {rate!r} is not a number from 0 to 1")
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 0):
        raise FaultInvalid(f"count: {count!r} is not a whole number of 0 or more")
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise FaultInvalid(f"seed: {seed!r} is not a whole number")
    return Fault(part, kind, float(rate), count, seed)
