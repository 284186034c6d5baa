"""line: calls of Beckon's own to providers that are no services of AWS, on their way to a stand-in on this machine. Faults strike here,
as the door's do (`door.py`), and nothing ever leaves the machine."""

from collections.abc import Callable, Mapping
from http.client import HTTPConnection

from chalicelib.adapters.web import Answer, Line, Web
from chalicelib.model.errors import TransportFailed

from .faults import Faults

Refuse = Callable[[str], Answer]
"""How a provider says that it is busy (`throttle`) or broken (`500`)."""


class FaultyPost:
    """A Post to the server on a port of this machine, whatever the address says. `part` is its name among the faults."""

    def __init__(self, part: str, port: Callable[[], int], faults: Faults, refuse: Refuse) -> None:
        self._part, self._faults, self._refuse = part, faults, refuse
        self._web = Web(part, lambda url: _to(port(), url))

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post once, or fail as the fault in force says."""
        return self._faults.pass_on(self._part, self._part, answered=lambda: self._web(url, headers, body), refused=self._refuse,
                                    silence=lambda: _no_answer(self._part))


def _no_answer(part: str) -> TransportFailed:
    return TransportFailed(f"{part} gave no answer: ReadTimeoutError", ambiguous=True)


def _to(port: int, url: str) -> Line:
    host, _, path = url.partition("://")[2].partition("/")
    return Line(HTTPConnection("127.0.0.1", port), host, f"/{path}")
