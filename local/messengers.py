"""messengers: receivers that are no services of AWS, as stand-ins on the loopback interface (simulators/), and what they were given."""

import json
import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from typing import Any, TypeVar

from chalicelib.adapters.telegram import TelegramTransport
from chalicelib.adapters.web import Answer
from chalicelib.adapters.webhook import WebhookTransport
from chalicelib.channels.telegram import TelegramRequest
from chalicelib.model.instant import SECOND, format_instant
from chalicelib.ports import Clock, Transport
from simulators.bot_api import BotApi, BotApiServer
from simulators.webhook_receiver import WebhookReceiver, WebhookServer

from .faults import Faults
from .line import FaultyPost

Document = dict[str, Any]
Server = TypeVar("Server", bound=ThreadingHTTPServer)
TOKEN = "1:local"
SECRET = "whsec_bG9jYWwgbG9jYWwgbG9jYWwgbG9jYWwgbG9jYWw="


class Messengers:
    """Telegram, and a shop's system, on this machine. Start it, use its transports, stop it; `reset` empties it."""

    def __init__(self, faults: Callable[[], Faults], clock: Clock) -> None:
        self._faults, self._clock = faults, clock
        self._servers: list[ThreadingHTTPServer] = []
        self._at: dict[int, int] = {}
        self._renew()

    def start(self) -> None:
        """Open the servers."""
        self._telegram, self._webhook = self._serve(BotApiServer(self.bot)), self._serve(WebhookServer(self.receiver))

    def stop(self) -> None:
        """Close them."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers.clear()

    def reset(self) -> None:
        """As if nothing had been sent."""
        self._at = {}
        self._renew()
        self._telegram.api, self._webhook.receiver = self.bot, self.receiver

    def transports(self) -> dict[str, Transport]:
        """The transports of these channels, with the faults in force."""
        telegram = FaultyPost("telegram", lambda: self._telegram.server_address[1], self._faults(), refuse_as_telegram)
        webhook = FaultyPost("webhook", lambda: self._webhook.server_address[1], self._faults(), refuse_as_system)
        return {"telegram": _Marked(self, TelegramTransport(telegram, lambda: TOKEN)),
                "webhook": WebhookTransport(webhook, lambda: SECRET, self._clock)}

    def messages(self) -> list[Document]:
        """What stands in chats, and what a system was called with, oldest first: key, address, moment and text."""
        calls = [{"channel": "webhook", "address": call["data"]["recipient"], "key": key, "date": call["timestamp"],
                  "text": call["data"]["text"], "html": "", "body": call, "headers": self.receiver.headers[key]}
                 for key, call in self.receiver.taken.items()]
        return calls + [{"channel": "telegram", "address": str(sent.chat), "key": sent.mark, "date": format_instant(self._at[sent.number]),
                 "text": sent.body["text"], "button": _button(sent.body)} for sent in self.bot.sent if sent.number in self._at]

    def mark(self, key: str) -> None:
        """The next message has this key."""
        self.bot.mark = key

    def note(self) -> None:
        """What is new was sent now."""
        for sent in self.bot.sent:
            self._at.setdefault(sent.number, self._clock())

    def _renew(self) -> None:
        self.bot, self.receiver = BotApi(TOKEN), WebhookReceiver(SECRET, lambda: self._clock() / SECOND)

    def _serve(self, server: Server) -> Server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="messengers", daemon=True).start()
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


def refuse_as_system(kind: str) -> Answer:
    """How a shop's system says that it is busy or broken."""
    return Answer(429, {"retry-after": "5"}, b"") if kind == "throttle" else Answer(500, {}, b"")


def _button(body: Document) -> Document | None:
    rows = body.get("reply_markup", {}).get("inline_keyboard", [])
    return rows[0][0] if rows else None
