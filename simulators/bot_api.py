"""bot_api: a strict stand-in of Telegram's Bot API: one bot, sendMessage, and updates that it brings to a webhook of the bot's.

It refuses what Telegram refuses, in Telegram's words, and can throttle, break, keep its answers to itself, move a chat, and bring updates
late, twice and out of order. It reads markup by rules of its own, so that two must agree on what Telegram takes.
Source: https://core.telegram.org/bots/api
"""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Document = dict[str, Any]
Bring = Callable[[bytes, dict[str, str]], int]
"""Posts the body and headers of an update to the bot's webhook; the status it was answered with."""

_FIELDS = {"chat_id", "text", "parse_mode", "protect_content", "reply_markup", "link_preview_options"}
_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "a", "tg-emoji", "code", "pre", "blockquote"}
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^<>]*)>")
_MOST_BODY = 1024 * 1024


@dataclass(slots=True)
class Sent:
    """A message that stands in a chat. `mark` is what whoever runs the simulator says of the message that is being sent."""

    chat: int
    number: int
    body: Document
    mark: str


@dataclass(slots=True)
class Refusal:
    """What the API says no with."""

    code: int
    description: str
    parameters: Document = field(default_factory=dict)


class BotApi:
    """The state of the bot's chats. All are open but those that are `blocked`, `gone`, `unopened` or have `moved`."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.sent: list[Sent] = []
        self.calls = 0
        self.blocked: set[int] = set()
        self.gone: set[int] = set()
        self.unopened: set[int] = set()
        self.moved: dict[int, int] = {}
        self.refusals: list[Refusal] = []
        self.silent = 0
        self.mark = ""
        self.updates: list[Document] = []
        self._numbers = 0
        self._lock = threading.Lock()

    def call(self, path: str, body: bytes) -> tuple[int, Document]:
        """Status and document for one call."""
        with self._lock:
            self.calls += 1
            refusal = self.refusals.pop(0) if self.refusals else self._problem(path, body)
            if refusal is not None:
                parameters = {"parameters": refusal.parameters} if refusal.parameters else {}
                return refusal.code, {"ok": False, "error_code": refusal.code, "description": refusal.description, **parameters}
            message = json.loads(body)
            number = len(self.sent) + 1
            self.sent.append(Sent(message["chat_id"], number, message, self.mark))
            return 200, {"ok": True, "result": {"message_id": number, "date": 0, "chat": {"id": message["chat_id"], "type": "private"}}}

    def throttle(self, seconds: int, times: int = 1) -> None:
        """Let the next calls wait."""
        self.refusals += [Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})] * times

    def happens(self, kind: str, person: int, at: int, **more: Any) -> Document:
        """Something happens in a person's chat at a moment (seconds): an update that waits to be brought."""
        self._numbers += 1
        who = {"id": person, "is_bot": False, "first_name": "Reader"}
        chat = {"id": person, "type": "private"}
        match kind:
            case "writes":
                told: Document = {"message": {"message_id": 1_000 + self._numbers, "from": who, "chat": chat, "date": at, **more}}
            case "presses":
                told = {"callback_query": {"id": str(self._numbers), "from": who, "chat_instance": "1", **more}}
            case _:
                self.blocked = self.blocked | {person} if kind == "blocks" else self.blocked - {person}
                told = {"my_chat_member": {"chat": chat, "from": who, "date": at,
                                           "new_chat_member": {"user": who, "status": "kicked" if kind == "blocks" else "member"}}}
        update = {"update_id": self._numbers, **told}
        self.updates.append(update)
        return update

    def bring(self, secret: str, post: Bring, times: int = 1) -> list[int]:
        """Bring every update that waits, each so often; what is answered 2xx waits no more."""
        statuses, waiting = [], self.updates
        self.updates = []
        for update in waiting:
            told = [post(json.dumps(update).encode(), {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": secret})
                    for _ in range(times)]
            statuses += told
            if not 200 <= told[-1] < 300:
                self.updates.append(update)
        return statuses

    def _problem(self, path: str, body: bytes) -> Refusal | None:
        if path != f"/bot{self.token}/sendMessage":
            return Refusal(404, "Not Found") if not path.startswith("/bot") or path.startswith(f"/bot{self.token}/") else \
                Refusal(401, "Unauthorized")
        try:
            message = json.loads(body)
        except ValueError:
            return Refusal(400, "Bad Request: can't parse request parameters: Can't parse JSON object")
        return self._message_problem(message) or self._chat_problem(message["chat_id"])

    def _message_problem(self, message: Document) -> Refusal | None:
        unknown = sorted(set(message) - _FIELDS)
        if unknown:
            return Refusal(400, f"Bad Request: unknown field {unknown[0]}")  # stricter than Telegram, which looks away
        text = message.get("text")
        if not isinstance(message.get("chat_id"), int) or not isinstance(text, str):
            return Refusal(400, "Bad Request: chat_id is empty")
        if not text.strip():
            return Refusal(400, "Bad Request: message text is empty")
        problem = _markup_problem(text) if message.get("parse_mode") == "HTML" else None
        if problem:
            return Refusal(400, f"Bad Request: can't parse entities: {problem}")
        if len(unescape(_TAG.sub("", text)).encode("utf-16-le")) // 2 > 4_096:
            return Refusal(400, "Bad Request: message is too long")
        return _keyboard_problem(message.get("reply_markup"))

    def _chat_problem(self, chat: int) -> Refusal | None:
        if chat in self.moved:
            return Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": self.moved[chat]})
        if chat in self.blocked:
            return Refusal(403, "Forbidden: bot was blocked by the user")
        if chat in self.gone:
            return Refusal(403, "Forbidden: user is deactivated")
        return Refusal(403, "Forbidden: bot can't initiate conversation with a user") if chat in self.unopened else None


def _markup_problem(text: str) -> str | None:
    """Tags by a stack; a `<` outside of one is none of them."""
    unclosed: list[str] = []
    for found in _TAG.finditer(text):
        closing, tag, _ = found.groups()
        if tag.lower() not in _TAGS:
            return f'Unsupported start tag "{tag}" at byte offset {found.start()}'
        if not closing:
            unclosed.append(tag.lower())
        elif not unclosed or unclosed.pop() != tag.lower():
            return f"Unmatched end tag at byte offset {found.start()}"
    if unclosed:
        return f"Can't find end tag corresponding to start tag {unclosed[-1]}"
    return "Unexpected <" if "<" in _TAG.sub("", text) else None


def _keyboard_problem(markup: Any) -> Refusal | None:
    if markup is None:
        return None
    for button in (button for row in markup.get("inline_keyboard", []) for button in row):
        if set(button) not in ({"text", "url"}, {"text", "callback_data"}) or not button["text"]:
            return Refusal(400, "Bad Request: BUTTON_TYPE_INVALID")
        if "url" in button and not re.match(r"https?://", button["url"]):
            return Refusal(400, "Bad Request: BUTTON_URL_INVALID")
        if not 1 <= len(button.get("callback_data", "x").encode()) <= 64:
            return Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return None


class BotApiServer(ThreadingHTTPServer):
    """The API on the loopback interface."""

    daemon_threads = True

    def __init__(self, api: BotApi, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.api = api


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: BotApiServer

    def do_POST(self) -> None:
        api = self.server.api
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _MOST_BODY))
        status, document = api.call(self.path, body)
        self.close_connection = True
        if api.silent > 0:
            api.silent -= 1
            return  # the connection ends without a word
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if "retry_after" in document.get("parameters", {}):
            self.send_header("Retry-After", str(document["parameters"]["retry_after"]))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Paths hold the token: nothing is listed."""
