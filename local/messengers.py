"""messengers: providers that are no services of AWS, as stand-ins on the loopback interface (simulators/), and what they were given."""

import json
import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from typing import Any

from chalicelib.adapters.telegram import TelegramTransport
from chalicelib.adapters.web import Answer
from chalicelib.channels.telegram import TelegramRequest
from chalicelib.model.instant import format_instant
from chalicelib.ports import Clock, Transport
from simulators.bot_api import BotApi, BotApiServer

from .faults import Faults
from .line import FaultyPost

Document = dict[str, Any]
TOKEN = "1:local"


class Messengers:
    """Telegram, on this machine. Start it, use its transports, stop it; `reset` empties it."""

    def __init__(self, faults: Callable[[], Faults], clock: Clock) -> None:
        self._faults, self._clock = faults, clock
        self._servers: list[ThreadingHTTPServer] = []
        self.bot = BotApi(TOKEN)
        self._at: dict[int, int] = {}

    def start(self) -> None:
        """Open the servers."""
        self._telegram = self._serve(BotApiServer(self.bot))

    def stop(self) -> None:
        """Close them."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers.clear()

    def reset(self) -> None:
        """As if nothing had been sent."""
        self.bot = BotApi(TOKEN)
        self._at = {}
        for server in self._servers:
            if isinstance(server, BotApiServer):
                server.api = self.bot

    def transports(self) -> dict[str, Transport]:
        """The transports of these channels, with the faults in force."""
        telegram = FaultyPost("telegram", lambda: self._telegram.server_address[1], self._faults(), refuse_as_telegram)
        return {"telegram": _Marked(self, TelegramTransport(telegram, lambda: TOKEN))}

    def messages(self) -> list[Document]:
        """What stands in chats, oldest first: key, address, moment and text."""
        return [{"channel": "telegram", "address": str(sent.chat), "key": sent.mark, "date": format_instant(self._at[sent.number]),
                 "text": sent.body["text"], "button": _button(sent.body)} for sent in self.bot.sent if sent.number in self._at]

    def mark(self, key: str) -> None:
        """The next message has this key."""
        self.bot.mark = key

    def note(self) -> None:
        """What is new was sent now."""
        for sent in self.bot.sent:
            self._at.setdefault(sent.number, self._clock())

    def _serve(self, server: BotApiServer) -> BotApiServer:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="telegram", daemon=True).start()
        self._servers.append(server)
        return server


class _Marked:
    """A transport whose messages are known by their keys at the other end, so that people can see why each was sent."""

    def __init__(self, messengers: Messengers, transport: TelegramTransport) -> None:
        self._messengers, self._transport = messengers, transport

    def send(self, request: TelegramRequest) -> str:
        self._messengers.mark(request.key)
        try:
            return self._transport.send(request)
        finally:
            self._messengers.note()


def refuse_as_telegram(kind: str) -> Answer:
    """How Telegram says that it is busy or broken."""
    status, words, more = (429, "Too Many Requests: retry after 5", {"parameters": {"retry_after": 5}}) if kind == "throttle" else \
        (500, "Internal Server Error", {})
    return Answer(status, {}, json.dumps({"ok": False, "error_code": status, "description": words, **more}).encode())


def _button(body: Document) -> Document | None:
    rows = body.get("reply_markup", {}).get("inline_keyboard", [])
    return rows[0][0] if rows else None
