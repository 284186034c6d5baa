"""world: one whole Beckon on moto: storage, ports, the app, the pump, and what stands beside it to look and to break things.

The engine's clients pass the door (faults, usage); the pump's and the controls' clients are of another session and do not.
"""

import importlib
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import boto3

from chalicelib import bootstrap
from chalicelib.adapters.spread import in_turn
from chalicelib.channels.registry import WAYS
from chalicelib.cli.package import infra_template
from chalicelib.engine.signature import signing_secret
from chalicelib.flows.lookup import find_customer
from chalicelib.model.instant import format_instant
from chalicelib.model.source import Source, key_id
from chalicelib.ports import Ports
from chalicelib.rulebook.coupon_files import codes_in
from chalicelib.settings import Settings

from .books import Books
from .clock import LocalClock
from .door import Door, retry_without_waiting
from .faults import Faults
from .functions import Functions
from .glance import StreamGlance
from .inbox import Inbox
from .mappings import read_mappings
from .meter import CountingMeter
from .moto import REGION, Moto
from .pump import Feed, Pump
from .queues import QueueFeed
from .records import StreamReader
from .rings import Rings
from .storage import Resource, create_storage
from .streams import StreamFeed
from .usage import Usage
from .waves import HeardWaves

ROOT = Path(__file__).resolve().parent.parent
KEYS = {
    "web-local": Source("web", "browser"), "app-local": Source("app", "app"), "server-local": Source("server", "server"),
}
SCHEDULE = "on_minute"
_SECRET = "local"  # signs links that lead nowhere but to this machine


class World:
    """Start it, use it, stop it. `reset` gives the same world, empty."""

    def __init__(self, rules: Path, public_url: str) -> None:
        self._rules, self._public_url = rules, public_url
        self._moto = Moto()
        self.lock = threading.RLock()
        self.clock = LocalClock()
        self.faults = Faults()
        self.meter = CountingMeter()

    def start(self) -> "World":
        """Make everything. RuleInvalid when the rules cannot be used; then nothing runs."""
        self._moto.start()
        self._moto.reset()
        try:
            retry_without_waiting()
            self._open()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End it and put the process back as it was."""
        bootstrap.use(None)
        self._moto.stop()

    def reset(self) -> None:
        """Empty everything: tables, queues, mails, counts, faults; rules are read again, and the clock ticks from the real time."""
        with self.lock:
            self._moto.reset()
            self.clock.release()
            self.faults.set({})
            self.meter.reset()
            self._open()

    def empty(self) -> bool:
        """Whether no event has been stored yet."""
        return self.books.counts()[0] == 0

    def move(self, moment: int) -> None:
        """Move the clock, ringing on the way; an empty world begins at any moment. ClockRefused, StillBusy."""
        with self.lock:
            if moment < self.clock() and self.empty():
                self.pump.run_until_idle()
                self.clock.begin(moment)
            self.pump.move(moment)

    def next_ring(self) -> int | None:
        """When the next timer rings; None: none is set."""
        return self._rings.after(self.clock())

    def find(self, who: str) -> str | None:
        """The id of the customer that a user id, a device, an address, a number, a card leads to; None for nobody."""
        customer = find_customer(self._beside, who)
        return None if customer is None else customer.id

    def idle(self) -> dict[str, object]:
        """Run until nothing is left to do, and say what there is."""
        self.pump.run_until_idle()
        events, decisions = self.books.counts()
        return {"now": format_instant(self.clock()), "events": events, "decisions": decisions, "messages": self.inbox.count()}

    def parked(self) -> list[dict[str, object]]:
        """What was set aside, newest first: where, why, and the whole of it."""
        places = ("ingest", "fold", "relay", "fan-out", "dispatch", "feedback")
        found = [entry for place in places for entry in self._beside.parking.parked(place, 100)]
        return [{"at": format_instant(entry.at), "place": entry.place, "reason": entry.reason, "body": entry.body}
                for entry in sorted(found, key=lambda entry: (-entry.at, entry.id))]

    def sources(self) -> list[dict[str, object]]:
        """The write keys of this machine, and with what secret a server signs user ids for calls with the public ones."""
        return [{"key": key, "name": source.name, "kind": source.kind,
                 "signingSecret": signing_secret(self.ports.sign, key_id(key)) if source.public else None} for key, source in KEYS.items()]

    def tick(self) -> None:
        """Move on what can be moved on now. StillBusy, RingsWithoutEnd."""
        with self.lock:
            self.pump.tick()

    def _open(self) -> None:
        own = boto3.Session(region_name=REGION)
        resources = create_storage(own)
        names = {logical: resource.name for logical, resource in resources.items()}
        self.usage = Usage(REGION, {physical: logical for logical, physical in names.items()}, self.clock())
        engine = boto3.Session(region_name=REGION)
        Door(self.faults, self.usage).guard(engine)
        settings = self._settings(resources)
        ports = bootstrap.bind(settings, engine, clock=self.clock, meter=self.meter, spread=in_turn)
        self.functions = Functions(_app_module())
        self._rings = Rings(SCHEDULE, self.functions, self.clock)
        self.ports = replace(ports, waves=HeardWaves(ports.waves, self._rings.expect))
        bootstrap.use(self.ports)
        self._beside = bootstrap.bind(settings, own, clock=self.clock, meter=self.meter, spread=in_turn)
        self._let_in(self._beside, own)
        self.books = Books(REGION, names)
        self.inbox = Inbox(REGION, self.books)
        self._feed(own, resources)

    def _settings(self, resources: dict[str, Resource]) -> Settings:
        return Settings(
            tables={logical: resource.ref for logical, resource in resources.items() if logical.endswith("Table")},
            queue_urls={(channel, kind): resources[f"{channel.title()}{kind.title()}Queue"].ref for channel, kind in WAYS},
            fan_out_queue_url=resources["FanOutQueue"].ref,
            rules_dir=self._rules, public_url=self._public_url, link_secret=_SECRET, ring_shards=1,
        )

    def _let_in(self, ports: Ports, session: boto3.Session) -> None:
        """Write keys for everybody, codes in the coupon pools, and a sender that SES knows."""
        for key, source in KEYS.items():
            ports.sources.add(key, source)
        for pool, code in codes_in(self._rules):
            ports.coupons.add(pool, code)
        session.client("sesv2").create_email_identity(EmailIdentity=ports.rulebook().brand.sender.email)

    def _feed(self, session: boto3.Session, resources: dict[str, Resource]) -> None:
        streams, sqs = session.client("dynamodbstreams"), session.client("sqs")
        rings = self._rings
        stream_mappings, queue_mappings = read_mappings(infra_template()["Resources"])
        feeds: list[Feed] = []
        for mapping in stream_mappings:
            def give_up(body: str, queue: str | None = mapping.on_failure) -> None:
                if queue is not None:
                    sqs.send_message(QueueUrl=resources[queue].ref, MessageBody=body)

            observe = rings.observe if mapping.table == "CustomersTable" else _look_away
            reader = StreamReader(streams, resources[mapping.table].stream_arn or "", self.clock, StreamGlance(REGION))
            feeds.append(StreamFeed(mapping, reader, self.functions, self.clock, give_up, observe))
        for mapping in queue_mappings:
            dead_letters = resources[mapping.dead_letters].ref if mapping.dead_letters else None
            feeds.append(QueueFeed(mapping, sqs, resources[mapping.queue].ref, resources[mapping.queue].arn, dead_letters,
                                   self.functions, self.clock))
        self.pump = Pump(feeds, rings, self.clock, self.lock)


def _look_away(record: object) -> None:
    """Nobody watches this table."""


def _app_module() -> ModuleType:
    """app.py of this repository, as Lambda imports it."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    return importlib.import_module("app")
