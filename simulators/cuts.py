"""cuts: doors that fail. Every call through a port is a place where a process can die, an answer can be lost or a table can say no.

A `Fault` decides, per call, what happens: nothing, death before or after the call, an answer lost after it, a refusal before it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any, Literal

from chalicelib.model.canonical import fraction
from chalicelib.model.errors import StoreUnavailable, TransportFailed
from chalicelib.ports import Ports

Kind = Literal["kill_before", "kill_after", "lost_answer", "throttle", None]
UNTOUCHED = frozenset({"clock", "rulebook", "meter", "spread", "new_attempt", "sign", "public_url"})


class Killed(BaseException):
    """The process died here. Not an Exception: nothing in the product may catch it."""


class Fault:
    """No fault at all; counts calls by door and method."""

    def __init__(self) -> None:
        self.calls = 0
        self.last_call = ""
        self.last_message = ""
        self.by_call: Counter[str] = Counter()

    def strike(self, call: str) -> Kind:
        """What happens to this call."""
        self.calls += 1
        self.by_call[call] += 1
        return None


class OneCut(Fault):
    """Exactly one fault, at the call of this number (from 1)."""

    def __init__(self, number: int, kind: Kind) -> None:
        super().__init__()
        self.number, self.kind = number, kind

    def strike(self, call: str) -> Kind:
        super().strike(call)
        if self.calls != self.number:
            return None
        self.last_call = call
        return self.kind


class Share(Fault):
    """A share of all calls is refused, by a hash of the seed and the number of the call."""

    def __init__(self, share: float, seed: str, kind: Kind = "throttle") -> None:
        super().__init__()
        self.share, self.seed, self.kind = share, seed, kind

    def strike(self, call: str) -> Kind:
        super().strike(call)
        return self.kind if fraction(self.seed, str(self.calls)) < self.share else None


class Outage(Fault):
    """Every call is refused between two moments."""

    def __init__(self, begins: int, ends: int, clock: Callable[[], int]) -> None:
        super().__init__()
        self.begins, self.ends, self.clock = begins, ends, clock

    def strike(self, call: str) -> Kind:
        super().strike(call)
        return "throttle" if self.begins <= self.clock() < self.ends and not call.startswith("transport.") else None


class _Door:
    """A port whose methods fail as the fault says."""

    def __init__(self, name: str, port: Any, fault: Fault) -> None:
        self._name, self._port, self._fault = name, port, fault

    def __getattr__(self, method: str) -> Any:
        target = getattr(self._port, method)
        return _failing(f"{self._name}.{method}", target, self._fault) if callable(target) else target


def _failing(call: str, target: Callable[..., Any], fault: Fault) -> Callable[..., Any]:
    def through(*arguments: Any, **named: Any) -> Any:
        kind = fault.strike(call)
        if kind is not None and arguments:
            fault.last_message = getattr(arguments[0], "key", arguments[0]) if call.startswith(("deliveries.", "transport.")) else ""
        if kind == "kill_before":
            raise Killed(call)
        if kind == "throttle":
            raise _refusal(call)
        result = target(*arguments, **named)
        if isinstance(result, Iterator):
            result = iter(list(result))
        if kind == "kill_after":
            raise Killed(call)
        if kind == "lost_answer":
            raise _lost(call)
        return result

    return through


def _refusal(call: str) -> Exception:
    if call.startswith("transport."):
        return TransportFailed(f"{call} was refused", retryable=True)
    return StoreUnavailable(f"{call} was throttled")


def _lost(call: str) -> Exception:
    if call.startswith("transport."):
        return TransportFailed(f"the answer to {call} was lost", ambiguous=True)
    return StoreUnavailable(f"the answer to {call} was lost")


def failing(ports: Ports, fault: Fault) -> Ports:
    """The same ports behind doors that fail."""
    doors = {field.name: _Door(field.name, getattr(ports, field.name), fault) for field in fields(ports)
             if field.name not in UNTOUCHED and field.name not in ("queues", "transports")}
    queues = {way: _Door("queue", queue, fault) for way, queue in ports.queues.items()}
    transports = {channel: _Door("transport", transport, fault) for channel, transport in ports.transports.items()}
    return replace(ports, queues=queues, transports=transports, **doors)
