"""Ten thousand bodies that no SDK sends: each is answered as promised, memory stays, and nothing that was taken hurts later."""

import gc
import os
from collections import Counter
from dataclasses import replace
from typing import Any

from chalice.config import Config
from chalice.local import LocalGateway

from app import app
from chalicelib import bootstrap
from chalicelib.adapters.dynamodb.codec import decode, pack
from chalicelib.flows.fold import fold
from chalicelib.flows.relay import relay
from chalicelib.model.canonical import canonical_json, plain_json
from chalicelib.model.event import event_from
from chalicelib.ports import Ports
from chalicelib.rulebook.loading import load_rulebook
from local.world import ROOT

from ..entrypoints.conftest import Caller, basic, memory_ports
from .mutants import Request, mutants

SEED = int(os.environ.get("HOSTILE_SEED", "20261123"))
BODIES, TOGETHER = 10_000, 500
MOST_GROWTH = 64 * 1024 * 1024
ALLOWED = {200, 400, 401, 404, 405, 429}
RULES = load_rulebook(ROOT / "rules")


def test_ten_thousand_mutants_hurt_nobody() -> None:
    http = Caller(LocalGateway(app, Config.create()))
    statuses: Counter[int] = Counter()
    grown_from = 0
    for number, request in enumerate(mutants(BODIES, SEED)):
        if number % TOGETHER == 0:
            if number == 2 * TOGETHER:
                gc.collect()
                grown_from = resident()
            ports = empty_shop()
            bootstrap.use(ports)
        answer = http.request("POST", request[0], request[1], {"accept": "*/*", **basic("web-key"), **request[2]})
        check(answer, request, number)
        statuses[answer.status] += 1
        if number % 50 == 0:
            sung = http.post("/v1/t", {"event": "Canary Sang", "anonymousId": "canary", "messageId": f"c-{number}"}, key="app-key")
            assert sung.body["stored"] == 1
        if number % TOGETHER == TOGETHER - 1:
            harvest(ports, number)
    bootstrap.use(None)
    gc.collect()
    assert resident() - grown_from < MOST_GROWTH
    assert statuses[200] > BODIES / 5 and statuses[400] > BODIES / 10, f"the mutants are too tame or too wild: {statuses}"


def empty_shop() -> Ports:
    """Empty stores, the repository's own rules, and no limit: all mutants come within one minute of its clock."""
    ports = replace(memory_ports(), rulebook=lambda: RULES)
    ports.limits.spend = lambda *_: 0  # type: ignore[method-assign]
    return ports


def check(answer: Any, request: Request, number: int) -> None:
    """What every client is promised, whatever it sent."""
    told = f"mutant {number} of seed {SEED} (HOSTILE_SEED): {request[0][:60]} {request[1][:200]!r} {str(request[2])[:100]}"
    assert answer.status in ALLOWED, (told, answer.raw[:300])
    assert answer.headers["access-control-allow-origin"] == "*", told
    if answer.status == 200:
        assert answer.body["success"] is True, told
    else:
        assert isinstance(answer.body["message"], str) and answer.body["code"].replace("_", "").islower(), told


def harvest(ports: Ports, number: int) -> None:
    """Everything that was taken is stored as it is, folded, decided on, carried out, and shown; the canaries are all there, once."""
    arrivals = ports.events.stream
    for arrival in arrivals:
        document = arrival.event.document()
        assert event_from(decode(pack(plain_json(document)))).document() == document, f"before mutant {number} of seed {SEED}: {document}"
    for start in range(0, len(arrivals), 100):
        assert fold(ports, arrivals[start:start + 100]) == []
    assert ports.parking.parked("fold", 1) == [], f"before mutant {number} of seed {SEED}"
    for customer in {arrival.customer for arrival in arrivals}:
        record = ports.customers.load(customer)
        canonical_json(record.state.document())
        if record.outbox:
            relay(ports, customer, record.outbox, record.state.effects)
    sung = [arrival.event.id for arrival in arrivals if arrival.event.name == "Canary Sang"]
    assert sung == [f"c-{place}" for place in range(number - TOGETHER + 1, number + 1) if place % 50 == 0]


def resident() -> int:
    """Bytes of memory this process holds."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
