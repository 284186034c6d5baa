"""endpoint: a running engine's HTTP address, for commands that talk to it from anywhere."""

import base64
import gzip
import http.client
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import click

from ..model.canonical import plain_json

MOST_TRIES, FEW_TRIES = 8, 4  # few where nobody is: within two seconds
_LONGEST_PAUSE = 60.0  # seconds
_MOST_READ = 500_000  # bytes of an answer that says no
_NOBODY = (ConnectionRefusedError, socket.gaierror)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

endpoint_option = click.option("--endpoint", envvar="BECKON_ENDPOINT", default="http://127.0.0.1:8080", show_default=True,
                               help="Where the engine runs; also BECKON_ENDPOINT.")
key_option = click.option("--key", envvar="BECKON_KEY", default="server-local",
                          help="The key of a server source; also BECKON_KEY.  [default: the one of this machine's own engine]")


class EndpointRefused(click.ClickException):
    """The engine says no: with which status; `told` is its whole answer."""

    def __init__(self, message: str, told: dict[str, Any], status: int) -> None:
        super().__init__(message)
        self.told, self.status = told, status


class EndpointSilent(click.ClickException):
    """Nobody is there."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: the key would go along."""

    def redirect_request(self, *_: Any) -> None:
        """No request: the answer counts as an error."""


class Endpoint:
    """Posts JSON, or asks, with a server's key, and tries again what may be tried again."""

    def __init__(self, url: str, key: str, patience: float = 60.0) -> None:
        """`patience`: the seconds after which one try counts as not answered."""
        parts = urlsplit(url)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise click.UsageError(f"{url!r} is no address; write for example https://events.shop.example")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise click.UsageError(f"{url}: a key is not sent in the clear; write https://")
        direct = [urllib.request.ProxyHandler({})] if parts.scheme == "http" else []  # what stays on this machine passes no proxy
        self._open = urllib.request.build_opener(_NoRedirect, *direct).open
        self._url, self._patience = url.rstrip("/"), patience
        self._headers = {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode(), "Content-Type": "application/json"}

    def post(self, path: str, document: dict[str, Any], pause: Callable[[float], None], *, compressed: bool = False) -> dict[str, Any]:
        """The answer. EndpointRefused with the engine's own words when it says no, EndpointSilent when nobody is there, ClickException when
        it answers none of eight tries."""
        body = plain_json(document)
        return self._ask(path, gzip.compress(body, mtime=0) if compressed else body, "success", pause)

    def get(self, path: str, pause: Callable[[float], None]) -> dict[str, Any]:
        """What is there; errors as with `post`."""
        return self._ask(path, None, None, pause)

    def _ask(self, path: str, body: bytes | None, known_by: str | None, pause: Callable[[float], None]) -> dict[str, Any]:
        problem, reason = "", None
        for attempt in range(MOST_TRIES):
            reason, wait = None, min(2.0 ** attempt / 4, _LONGEST_PAUSE)
            try:
                with self._open(urllib.request.Request(self._url + path, body, self._headers), timeout=self._patience) as answer:
                    found = json.loads(answer.read())
                if not isinstance(found, dict) or (known_by is not None and known_by not in found):
                    raise click.ClickException(f"{self._url}{path}: what answers there is not Beckon; check --endpoint")
                return found
            except urllib.error.HTTPError as error:
                with error:
                    told = error.read()[:_MOST_READ].decode("utf-8", "replace")
                if error.code < 400:
                    told = "it leads elsewhere; give --endpoint the address itself"
                if error.code not in (429, 500, 502, 503, 504):
                    raise EndpointRefused(f"{self._url}{path}: {error.code}: {_message(told)}", _document(told), error.code) from None
                problem = f"{error.code}: {_message(told)}"
                wait = _seconds(error.headers.get("Retry-After"), wait)
            except (http.client.HTTPException, OSError, ValueError) as error:  # a ValueError: what came was no JSON
                reason = getattr(error, "reason", error)
                problem = _one_line(str(getattr(reason, "strerror", None) or reason))
                if isinstance(reason, _NOBODY) and attempt + 1 >= FEW_TRIES:
                    break
            if attempt + 1 < MOST_TRIES:
                pause(wait)
        if isinstance(reason, _NOBODY):
            raise EndpointSilent(f"nobody answers at {self._url}: {problem} - is the engine running there? --endpoint or BECKON_ENDPOINT"
                                 " says where it is")
        raise click.ClickException(f"{self._url}{path}: {problem} - tried {MOST_TRIES} times; is the engine running there?")


def _seconds(header: str | None, otherwise: float) -> float:
    return min(float(header), _LONGEST_PAUSE) if header and header.isdecimal() else otherwise


def _document(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _message(text: str) -> str:
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return _one_line(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
