"""player: plays a story in the whole engine, in memory, on a clock that only the story moves.

A story names its rules (files in `shop/`) and its steps. `submit` sends events (at the story's clock, unless they have a timestamp),
by the shop's server unless `by` names a browser or an app; such a call may be `signed`; one of the `past` comes in afterwards;
`advance` moves the clock, `queue` stops or starts the way from decision to dispatch, `unsubscribe` follows the one-click link of the last
message to somebody, `suppress` posts addresses that must not be written to, `retire` takes a rule away. `expect` lists every decision
and message since the last look, `silence` says that there was none; of each only the fields written are compared, but none may be
missing or left over. `note` is for readers.
"""

from collections.abc import Sequence
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from chalicelib.adapters.memory import MemoryEmail, MemoryQueue
from chalicelib.backtest.world import World
from chalicelib.channels.email import EmailRequest
from chalicelib.engine.signature import signature_of, signing_secret
from chalicelib.flows.suppress import suppress
from chalicelib.flows.unsubscribe import unsubscribe
from chalicelib.model.decision import Decision, Message
from chalicelib.model.instant import format_duration, format_instant, parse_duration, parse_instant
from chalicelib.model.source import Source
from chalicelib.rulebook.loading import load_rulebook

SHOP = Path(__file__).parent / "shop"
BEGINS = "2026-03-02T10:00:00Z"  # a Monday, noon in Sofia


class StoppableQueue(MemoryQueue):
    """A queue that can be stopped: what is put into it meanwhile waits."""

    def __init__(self) -> None:
        super().__init__()
        self.stopped = False
        self._waiting: list[Message] = []

    def put(self, messages: Sequence[Message]) -> None:
        super().put(messages)
        if self.stopped:
            self._waiting += self.messages
            self.messages = []

    def start(self) -> None:
        """Let everything that waited go."""
        self.stopped = False
        self.messages, self._waiting = self.messages + self._waiting, []


class Player:
    """One story's world, and what of its decisions and messages was looked at."""

    def __init__(self, story: dict[str, Any]) -> None:
        shop = load_rulebook(SHOP)
        self.rulebook = replace(shop, rules={name: shop.rules[name] for name in story["rules"]})
        begins = parse_instant(story.get("starts", BEGINS))
        assert begins is not None, f"starts {story['starts']!r} is no moment"
        self.begins = begins
        self.mailbox = MemoryEmail()
        self.world = World(self.rulebook, begins, email=self.mailbox)
        self.queues = {name: StoppableQueue() for name in self.world.queues}
        self.world.queues.update(self.queues)
        self.world.ports = replace(self.world.ports, rulebook=lambda: self.rulebook, queues=dict(self.queues))
        self._decisions_seen: set[str] = set()
        self._messages_seen = 0
        self._submitted = 0

    def step(self, step: dict[str, Any]) -> None:
        """Do one step."""
        for word, value in step.items():
            match word:
                case "submit":
                    self._submit(value if isinstance(value, list) else [value])
                case "advance":
                    self.world.advance_to(self.world.now + parse_duration(value))
                case "queue":
                    self._queue(value)
                case "unsubscribe":
                    self._unsubscribe(value)
                case "suppress":
                    assert not suppress(self.world.ports, value).refused, f"unusable: {value}"
                case "retire":
                    left = {name: rule for name, rule in self.rulebook.rules.items() if name != value}
                    self.rulebook = replace(self.rulebook, rules=left)
                case "expect":
                    assert set(value) <= {"decisions", "messages"}, f"cannot expect {set(value)}"
                    self._compare(value.get("decisions", []), value.get("messages", []))
                case "silence":
                    self._compare([], [])
                case "note":
                    pass
                case _:
                    raise AssertionError(f"a story cannot {word!r}")

    def _submit(self, calls: list[dict[str, Any]]) -> None:
        for told in calls:
            self._submitted += 1
            call = {"messageId": f"e{self._submitted}", "timestamp": format_instant(self.world.now), **told}
            kind, signed, past = call.pop("by", "server"), call.pop("signed", False), call.pop("past", False)
            if signed:
                call["context"] = {"userSignature": signature_of(call["userId"], signing_secret(self.world.ports.sign, ""))}
            result = self.world.post([call], Source("shop", kind), past=past)
            assert not result.quarantined, f"the story's event {self._submitted} is unusable"

    def _queue(self, word: str) -> None:
        assert word in ("stops", "runs"), word
        for queue in self.queues.values():
            if word == "stops":
                queue.stopped = True
            else:
                queue.start()
        self.world.run_until_idle()

    def _unsubscribe(self, address: str) -> None:
        request = [sent for sent in self.mailbox.sent if sent.recipient == address][-1]
        link = str(message_from_bytes(request.raw, policy=default)["List-Unsubscribe"]).strip("<>")
        assert unsubscribe(self.world.ports, link.rpartition("/u/")[2])
        self.world.run_until_idle()

    def _compare(self, decisions: list[dict[str, Any]], messages: list[dict[str, Any]]) -> None:
        decided = [self._decision(decision) for decision in sorted(self.world.decisions.all(), key=lambda entry: entry.decided_at)
                   if decision.id not in self._decisions_seen]
        sent = [_message(request) for request in self.mailbox.sent[self._messages_seen:]]
        self._decisions_seen |= {decision.id for decision in self.world.decisions.all()}
        self._messages_seen = len(self.mailbox.sent)
        for what, wanted, got in (("decisions", decisions, decided), ("messages", messages, sent)):
            assert len(wanted) == len(got), f"{what} at {self._clock()}: {got}"
            for want, have in zip(wanted, got, strict=True):
                contained = want.get("contains", [])
                shown = {name: have.get(name) for name in want if name != "contains"}
                assert {name: value for name, value in want.items() if name != "contains"} == shown, f"{what} at {self._clock()}: {have}"
                assert all(part in have["text"] and part in have["html"] for part in contained), f"{contained} are not all in {have}"

    def _decision(self, decision: Decision) -> dict[str, Any]:
        return {**decision.line(), "after": format_duration(decision.decided_at - self.begins)}

    def _clock(self) -> str:
        return f"{format_duration(self.world.now - self.begins)} into the story"


def play(story: dict[str, Any]) -> None:
    """Play a story to its end. Every story ends with a look at what happened, so that nothing goes by unseen."""
    assert {"expect", "silence"} & set(story["steps"][-1]), "a story ends with `expect` or `silence`"
    player = Player(story)
    for number, step in enumerate(story["steps"], 1):
        try:
            player.step(step)
        except AssertionError as error:
            raise AssertionError(f"step {number} ({', '.join(step)}): {error}") from None
    assert not player.world.ports.parking.parked("fold", 1)


def _message(request: EmailRequest) -> dict[str, Any]:
    message = message_from_bytes(request.raw, policy=default)
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    return {"to": request.recipient, "rule": request.tags["rule"], "key": request.key, "subject": str(message["Subject"]),
            "text": text.get_content(), "html": html.get_content()}
