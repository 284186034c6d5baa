"""web: one POST to a provider over HTTPS. It follows no redirect, knows no proxy of the environment, tries nothing twice, waits ten seconds
at most, and reads 64 KB at most.

Each call has a connection of its own: one kept from before may be closed at the other end just then, and nobody would know whether
what was written to it has been read. Addresses may hold secrets, so none stands in an error, and errors do not carry those they come of.
The standard library's client is used because it writes no log: urllib3 warns of unreadable headers by the whole address.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException

from ..model.errors import TransportFailed
from ..model.instant import HOUR
from .public_address import PORT, AddressRefused, target_of

CONNECT_SECONDS, WHOLE_SECONDS = 3.0, 10.0
MOST_BYTES = 64 * 1024
_FAILURES = (HTTPException, OSError)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers by their names in small letters, and the first 64 KB."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Line:
    """A connection to be opened, whom it is for (`host`), and what is asked for on it; `trust`: whose word on the host's name counts."""

    connection: HTTPConnection
    host: str
    path: str
    trust: ssl.SSLContext | None = None

    def open(self) -> None:
        """Connect, and with `trust` let the other end prove that it is the host. OSError."""
        self.connection.connect()
        if self.trust is not None:
            self.connection.sock = self.trust.wrap_socket(self.connection.sock, server_hostname=self.host)


Connect = Callable[[str], Line]
Post = Callable[[str, Mapping[str, str], bytes], Answer]
"""URL, headers, body. TransportFailed: `retryable` when nothing was written, `ambiguous` when nobody knows."""


class Web:
    """A Post. `name` is what errors call the other end."""

    def __init__(self, name: str, connect: Connect | None = None) -> None:
        self._name, self._connect = name, connect or connect_publicly

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post once."""
        line = self._open(url)
        try:
            with _ends_in(WHOLE_SECONDS, line.connection.sock):
                return _ask(line, headers, body)
        except _FAILURES as error:
            raise TransportFailed(f"{self._name} gave no answer: {type(error).__name__}", ambiguous=True) from None
        finally:
            line.connection.close()

    def _open(self, url: str) -> Line:
        try:
            line = self._connect(url)
        except AddressRefused as refused:
            raise TransportFailed(f"the address of {self._name} may not be called: {refused}", retryable=True, retry_after=HOUR) from None
        except OSError as error:
            raise TransportFailed(f"{self._name} was not found: {type(error).__name__}", retryable=True) from None
        try:
            line.open()
        except _FAILURES as error:
            line.connection.close()
            raise TransportFailed(f"{self._name} was not reached: {type(error).__name__}", retryable=True) from None
        return line


def connect_publicly(url: str) -> Line:
    """To a server on the public internet: to the address that was looked at, under the name that was asked for."""
    target = target_of(url)
    return Line(HTTPConnection(target.ip, PORT, timeout=CONNECT_SECONDS), target.host, target.path, _trust())


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _ask(line: Line, headers: Mapping[str, str], body: bytes) -> Answer:
    line.connection.sock.settimeout(WHOLE_SECONDS)
    line.connection.request("POST", line.path, body=body, headers={"Host": line.host, **headers})
    response = line.connection.getresponse()
    content = response.read(MOST_BYTES)
    return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, content)


@contextmanager
def _ends_in(seconds: float, sock: socket.socket) -> Iterator[None]:
    """However slowly the other end speaks, it is cut off then: a socket's own timeout begins anew with every byte. TimeoutError."""
    cut = threading.Event()

    def cut_off() -> None:
        cut.set()
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it is closed already

    timer = threading.Timer(seconds, cut_off)
    timer.daemon = True
    timer.start()
    try:
        yield
        if cut.is_set():
            raise TimeoutError
    finally:
        timer.cancel()
