"""conftest: Beckon deployed once, for the stories; and empty tables in an account beside it, for the contracts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.adapters.dynamodb.table import CLIENT_CONFIG
from local.storage import TEMPLATE, Resource, create_storage

from ..contracts.conftest import Stores, on_dynamodb
from ..contracts.stories import Clock
from .deployment import Deployment, deploy
from .emulator import PROGRAM, Emulator, running


@pytest.fixture(scope="session")
def beckon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Beckon, deployed."""
    _require_emulator()
    directory = tmp_path_factory.mktemp("e2e")
    with pytest.MonkeyPatch.context() as patch, running(directory) as emulator:
        for name, value in emulator.environment().items():
            patch.setenv(name, value)
        yield deploy(emulator, directory)


@pytest.fixture(scope="session")
def bare_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An account with nothing in it."""
    _require_emulator()
    with running(tmp_path_factory.mktemp("contracts")) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def lasting_storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """infra/storage.json without time to live: the contracts' clock stands in the past, and the emulator lets old items go."""
    template = json.loads(TEMPLATE.read_text())
    for resource in template["Resources"].values():
        resource["Properties"].pop("TimeToLiveSpecification", None)
    path = tmp_path_factory.mktemp("storage") / "storage.json"
    path.write_text(json.dumps(template))
    return path


@pytest.fixture
def aws(bare_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    """A session in the account without anything."""
    for name, value in bare_emulator.environment().items():
        monkeypatch.setenv(name, value)
    return boto3.Session()


@pytest.fixture
def storage(bare_emulator: Emulator, aws: boto3.Session, lasting_storage: Path) -> dict[str, Resource]:
    """Beckon's tables and queues, new and empty."""
    bare_emulator.reset()
    return create_storage(aws, template=lasting_storage)


@pytest.fixture
def client(aws: boto3.Session) -> Any:
    """The DynamoDB client as Beckon uses it."""
    return aws.client("dynamodb", config=CLIENT_CONFIG)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is moved."""
    return Clock()


@pytest.fixture
def dynamo(storage: dict[str, Resource], client: Any, clock: Clock) -> Stores:
    """The stores on the emulator's DynamoDB."""
    return on_dynamodb(storage, client, clock)


@pytest.fixture
def stores(dynamo: Stores) -> Stores:
    """The same: in memory they are tested elsewhere."""
    return dynamo


def _require_emulator() -> None:
    if not PROGRAM.exists():
        pytest.fail(f"{PROGRAM} is not there: `make e2e` installs the emulator")
