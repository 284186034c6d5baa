"""conftest: Beckon deployed once, for the stories; and empty tables in an account beside it, for the contracts."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from chalicelib.adapters.dynamodb.table import CLIENT_CONFIG
from local.storage import Resource, create_storage, storage_wanted

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
def lasting_storage() -> dict[str, Any]:
    """infra/'s storage without time to live: the contracts' clock stands in the past, and the emulator lets old items go."""
    wanted = storage_wanted()
    for resource in wanted.values():
        resource["Properties"].pop("TimeToLiveSpecification", None)
    return wanted


@pytest.fixture
def aws(bare_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    """A session in the account without anything."""
    for name, value in bare_emulator.environment().items():
        monkeypatch.setenv(name, value)
    return boto3.Session()


@pytest.fixture
def storage(bare_emulator: Emulator, aws: boto3.Session, lasting_storage: dict[str, Any]) -> dict[str, Resource]:
    """Beckon's tables and queues, new and empty."""
    bare_emulator.reset()
    return create_storage(aws, wanted=lasting_storage)


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
