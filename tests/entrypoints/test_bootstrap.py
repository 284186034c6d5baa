"""The doors on AWS, bound once; and what starting up must not need."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import boto3
import pytest
from chalice.config import Config
from chalice.deploy.validate import validate_route_content_types, validate_routes
from chalice.local import LocalGateway

from app import app
from chalicelib import bootstrap
from chalicelib.adapters.spread import SIDE_BY_SIDE, in_turn, side_by_side
from chalicelib.model.errors import SettingInvalid, StoreUnavailable
from chalicelib.ports import Source
from chalicelib.settings import FAN_OUT_QUEUE, QUEUES, TABLES, Settings
from local.storage import Resource

from .conftest import NOW, Caller

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def settings(storage: dict[str, Resource], tmp_path: Path) -> Settings:
    """A deployment on moto."""
    urls = {way: storage["".join(part.title() for part in way) + "Queue"].ref for way in QUEUES}
    return Settings(tables={logical: storage[logical].ref for logical in TABLES}, queue_urls=urls, rules_dir=tmp_path, link_secret="secret")


def test_an_event_goes_through_to_the_table(settings: Settings, aws: boto3.Session) -> None:
    ports = bootstrap.bind(settings, aws, clock=lambda: NOW)
    ports.sources.add("web-key", Source("shop", "browser"))
    bootstrap.use(ports)
    try:
        answer = Caller(LocalGateway(app, Config.create())).post(
            "/v1/track", {"event": "Product Viewed", "anonymousId": "device-1", "messageId": "m-1"}, key="web-key")
    finally:
        bootstrap.use(None)

    assert answer.body == {"success": True, "stored": 1, "duplicates": 0, "quarantined": 0}
    [arrival] = ports.events.since(0)
    assert arrival.event.id == "m-1"
    assert len(ports.new_attempt()) >= 20
    assert ports.new_attempt() != ports.new_attempt()


def test_every_function_is_given_every_variable_that_settings_read() -> None:
    infra = json.loads((ROOT / "infra" / "functions.json").read_text())
    given = infra["Globals"]["Function"]["Environment"]["Variables"]

    for logical, variable in TABLES.items():
        assert given[variable] == {"Ref": logical}
    others = {FAN_OUT_QUEUE, "RULES_DIR", "PUBLIC_URL", "LINK_SECRET_PARAMETER", "SES_CONFIGURATION_SET", "RING_SHARDS"}
    assert set(QUEUES.values()) | others <= set(given)


def test_binding_asks_aws_nothing(settings: Settings) -> None:
    made: list[str] = []

    class Session:
        def client(self, service: str, config: Any = None) -> Any:
            made.append(service)
            return object()

    bootstrap.bind(settings, Session())

    assert made == ["dynamodb"], "clients for queues, e-mail and secrets are made when they are first needed"


def test_threads_get_the_same_client() -> None:
    class Session:
        def client(self, service: str, config: Any = None) -> Any:
            return object()

    clients, found, start = bootstrap.Clients(Session()), [], threading.Barrier(8)

    def take() -> None:
        start.wait()
        found.append(clients("sqs"))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1


def test_without_an_environment_the_first_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*TABLES.values(), *QUEUES.values(), FAN_OUT_QUEUE, "LINK_SECRET", "LINK_SECRET_PARAMETER", "RULES_DIR"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(SettingInvalid, match="LINK_SECRET_PARAMETER"):
        bootstrap.ports()


def test_the_app_starts_with_an_empty_environment_and_loads_no_templates() -> None:
    program = "import sys, app; print([name for name in ('liquid', 'boto3', 'babel', 'moto') if name in sys.modules])"

    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env={}, capture_output=True, text=True)

    assert (result.returncode, result.stdout.strip()) == (0, "[]"), result.stderr


def test_chalice_can_deploy_the_routes() -> None:
    validate_routes(app.routes)
    validate_route_content_types(app.routes, app.api.binary_types)


@pytest.mark.parametrize("spread", [in_turn, side_by_side])
def test_spread_work_keeps_its_order(spread: Any) -> None:
    assert list(spread(lambda number: number * 2, iter(range(50)))) == [number * 2 for number in range(50)]
    assert list(spread(str, [])) == []


def test_work_is_done_side_by_side() -> None:
    together = threading.Barrier(SIDE_BY_SIDE)  # passes only when so many wait at once

    assert side_by_side(lambda number: together.wait(60) >= 0, range(SIDE_BY_SIDE)) == [True] * SIDE_BY_SIDE


def test_an_error_is_raised_when_all_the_others_are_done() -> None:
    done: list[int] = []

    def work(number: int) -> None:
        if number == 0:
            raise StoreUnavailable("down")
        done.append(number)

    with pytest.raises(StoreUnavailable):
        side_by_side(work, range(100))
    assert sorted(done) == list(range(1, 100))
