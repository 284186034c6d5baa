"""player: plays a story in the whole engine, in memory, on a clock that only the story moves.

A story names its rules (files in `shop/`), what of the `brand` is otherwise, and its steps. `submit` sends events (at the story's clock,
unless they have a timestamp), by the shop's server unless `by` names a browser or an app; such a call may be `signed`; one of the `past`
comes in afterwards; `advance` moves the clock, `queue` stops or starts the way from decision to dispatch, `unsubscribe` follows the
one-click link of the last message to somebody, `prefer` saves the page behind it with only these ticked as `yes`, `open` shows its
picture, to a `machine` maybe, and `click` follows its first link that reports back and says where it leads, `confirm` presses the button
behind the `confirmUrl` of a message (`letter` counts from the first to that address, else it is the last) and says how that ends,
`report` is what SES tells of the last message to somebody (twice, as such news may come), `erase` forgets somebody, `suppress` posts
addresses that must not be written to, `retire` takes a rule away, `rewrite` changes fields of rules (also in the story's beginning, as
`rewritten`). `look` compares what people see of somebody. `expect` lists every
decision and message since the last `expect`, `silence` says that there was none; of each only the fields written are compared, but none
may be missing or left over.

`expect` also looks at the people themselves: `people` lists under each name everything that leads to that one person (under `nobody` what
leads to no one), `carts` how many pieces of what each has in the cart, `consents` their word by channel and topic. `note` is for readers.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from chalicelib.adapters.memory import MemoryQueue
from chalicelib.backtest.world import World
from chalicelib.channels.email import EmailRequest
from chalicelib.channels.telegram import TelegramRequest
from chalicelib.engine.signature import signature_of, signing_secret
from chalicelib.flows.clicks import describe_click, take_click
from chalicelib.flows.feedback import take_feedback
from chalicelib.flows.opens import take_open
from chalicelib.flows.opt_in import confirm_subscription, describe_confirmation
from chalicelib.flows.preferences import preferences, save_preferences
from chalicelib.flows.profile import look_up
from chalicelib.flows.rights import ask_erasure
from chalicelib.flows.suppress import suppress
from chalicelib.flows.unsubscribe import describe, unsubscribe
from chalicelib.model.decision import Decision, Message
from chalicelib.model.instant import format_duration, format_instant, parse_duration, parse_instant
from chalicelib.model.source import Source
from chalicelib.rulebook.brand import Brand
from chalicelib.rulebook.loading import load_rulebook
from chalicelib.rulebook.rule import Rule

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
        brand = Brand.model_validate({**shop.brand.model_dump(mode="json", by_alias=True), **story.get("brand", {})})
        self.rulebook = replace(shop, brand=brand, rules={name: shop.rules[name] for name in story["rules"]})
        self._rewrite(story.get("rewritten", {}))
        begins = parse_instant(story.get("starts", BEGINS))
        assert begins is not None, f"starts {story['starts']!r} is no moment"
        self.begins = begins
        self.world = World(self.rulebook, begins)
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
                case "prefer":
                    self._prefer(value)
                case "open":
                    self._open(value)
                case "click":
                    self._click(value)
                case "confirm":
                    self._confirm(value)
                case "report":
                    self._report(value)
                case "erase":
                    assert ask_erasure(self.world.ports, value), f"there is no {value}"
                    self.world.run_until_idle()
                case "look":
                    self._look(value)
                case "suppress":
                    assert not suppress(self.world.ports, value).refused, f"unusable: {value}"
                case "retire":
                    left = {name: rule for name, rule in self.rulebook.rules.items() if name != value}
                    self.rulebook = replace(self.rulebook, rules=left)
                case "rewrite":
                    self._rewrite(value)
                case "expect":
                    assert set(value) <= {"decisions", "messages", "people", "carts", "consents"}, f"cannot expect {set(value)}"
                    self._compare(value.get("decisions", []), value.get("messages", []))
                    self._know(value)
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

    def _rewrite(self, told: dict[str, dict[str, Any]]) -> None:
        """Fields that become null are as if they had never been written."""
        rules = dict(self.rulebook.rules)
        for name, fields in told.items():
            written = rules[name].model_dump(mode="json", by_alias=True, exclude_unset=True) | fields
            rules[name] = Rule.model_validate({field: value for field, value in written.items() if value is not None})
        self.rulebook = replace(self.rulebook, rules=rules)

    def _queue(self, word: str) -> None:
        assert word in ("stops", "runs"), word
        for queue in self.queues.values():
            if word == "stops":
                queue.stopped = True
            else:
                queue.start()
        self.world.run_until_idle()

    def _unsubscribe(self, address: str) -> None:
        request = [sent for sent in self.world.sent if sent.recipient == address][-1]
        link = str(message_from_bytes(request.raw, policy=default)["List-Unsubscribe"]).strip("<>")
        assert unsubscribe(self.world.ports, link.rpartition("/u/")[2])
        self.world.run_until_idle()

    def _prefer(self, told: dict[str, Any]) -> None:
        link = describe(self.world.ports, self._path(told["to"], "/u/"))
        assert link is not None
        shown = {(choice.channel, choice.topic): f"{choice.channel}/{choice.topic}" for choice in preferences(self.world.ports, link)}
        assert set(told["yes"]) <= set(shown.values()), f"there are only {sorted(shown.values())}"
        save_preferences(self.world.ports, link, shown, [subject for subject, name in shown.items() if name in told["yes"]])
        self.world.run_until_idle()

    def _open(self, told: dict[str, Any]) -> None:
        take_open(self.world.ports, self._path(told["to"], "/o/"), machine=told.get("machine", False))
        self.world.run_until_idle()

    def _click(self, told: dict[str, Any]) -> None:
        link = describe_click(self.world.ports, self._path(told["to"], "/c/"))
        assert link is not None
        assert link.address == told["leads"]
        take_click(self.world.ports, link, machine=told.get("machine", False))
        self.world.run_until_idle()

    def _path(self, address: str, kind: str) -> str:
        html = [_message(sent)["html"] for sent in self.world.sent if sent.recipient == address][-1]
        return str(html.partition(kind)[2].partition('"')[0])

    def _confirm(self, told: dict[str, Any]) -> None:
        letters = [sent for sent in self.world.sent if sent.recipient == told["to"] and "/y/" in _message(sent)["text"]]
        text = _message(letters[told.get("letter", 0) - 1])["text"]
        link = describe_confirmation(self.world.ports, text.partition("/y/")[2].split()[0])
        assert link is not None
        assert confirm_subscription(self.world.ports, link) == told["ends"]
        self.world.run_until_idle()

    def _report(self, told: dict[str, Any]) -> None:
        request = [sent for sent in self.world.sent if sent.recipient == told["to"]][-1]
        mail = {"messageId": f"ses-{request.key}", "timestamp": format_instant(self.world.now), "destination": [request.recipient],
                "tags": {name: [value] for name, value in request.tags.items()}}
        for _ in range(2):
            take_feedback(self.world.ports, "email", json.dumps({**told["tells"], "mail": mail}))
            self.world.run_until_idle()

    def _look(self, told: dict[str, Any]) -> None:
        seen = look_up(self.world.ports, told["at"])
        assert (seen is not None) == ("sees" in told), f"{told['at']} is seen as {seen}"
        if seen is not None:
            shown = {**seen, "turnedAway": [entry["what"] for entry in seen["turnedAway"]],
                     "verified": {entry["value"]: entry["verified"] for of_kind in seen["identifiers"].values() for entry in of_kind},
                     "consents": {key: f"{word['status']}: {word['source']}" + (f" ({word['textVersion']})" if word["textVersion"] else "")
                                  for key, word in seen["consents"].items()},
                     "ended": [[entry[name] for name in ("rule", "status", "endedFor", "endedBy")] for entry in seen["journeys"]],
                     "asked": {key: word["address"] for key, word in seen["asked"].items()}}
            assert {name: shown[name] for name in told["sees"]} == told["sees"]

    def _compare(self, decisions: list[dict[str, Any]], messages: list[dict[str, Any]]) -> None:
        decided = [self._decision(decision) for decision in sorted(self.world.decisions.all(), key=lambda entry: entry.decided_at)
                   if decision.id not in self._decisions_seen]
        sent = [_message(request) for request in self.world.sent[self._messages_seen:]]
        self._decisions_seen |= {decision.id for decision in self.world.decisions.all()}
        self._messages_seen = len(self.world.sent)
        for what, wanted, got in (("decisions", decisions, decided), ("messages", messages, sent)):
            assert len(wanted) == len(got), f"{what} at {self._clock()}: {got}"
            for want, have in zip(wanted, got, strict=True):
                contained = want.get("contains", [])
                shown = {name: have.get(name) for name in want if name != "contains"}
                assert {name: value for name, value in want.items() if name != "contains"} == shown, f"{what} at {self._clock()}: {have}"
                assert all(part in have["text"] and part in have["html"] for part in contained), f"{contained} are not all in {have}"

    def _know(self, expected: dict[str, Any]) -> None:
        for name, ways in expected.get("people", {}).items():
            led = {way: None if (found := look_up(self.world.ports, way)) is None else found["customer"] for way in ways}
            assert led == dict.fromkeys(ways, None if name == "nobody" else name), f"people at {self._clock()}: {led}"
        for name, cart in expected.get("carts", {}).items():
            held = {line["productId"]: line["quantity"] for line in self._person(name)["cart"]["products"]}
            assert held == cart, f"the cart of {name} at {self._clock()}: {held}"
        for name, consents in expected.get("consents", {}).items():
            said = {about: word["status"] for about, word in self._person(name)["consents"].items()}
            assert said == consents, f"the consents of {name} at {self._clock()}: {said}"

    def _person(self, name: str) -> dict[str, Any]:
        found = look_up(self.world.ports, name)
        assert found is not None, f"nobody is called {name} at {self._clock()}"
        return found

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


def _message(request: EmailRequest | TelegramRequest) -> dict[str, Any]:
    if isinstance(request, TelegramRequest):
        text = request.body["text"]
        return {"channel": "telegram", "to": request.recipient, "key": request.key, "text": text, "html": text}
    message = message_from_bytes(request.raw, policy=default)
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    return {"channel": "email", "to": request.recipient, "rule": request.tags["rule"], "key": request.key,
            "subject": str(message["Subject"]), "text": text.get_content(), "html": html.get_content()}
