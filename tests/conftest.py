"""conftest: what tests of several rooms share: AWS as moto plays it, and the recorded data when it is there."""

import os
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from local.moto import Moto
from local.storage import Resource, create_storage

SHARED_DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"


@pytest.fixture(scope="session")
def moto() -> Iterator[Moto]:
    """AWS inside the test process, from first use to the end of the run."""
    running = Moto().start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def aws(moto: Moto) -> boto3.Session:
    """A session on moto."""
    return boto3.Session()


@pytest.fixture
def storage(moto: Moto, aws: boto3.Session) -> dict[str, Resource]:
    """Beckon's tables and queues, new and empty."""
    moto.reset()
    return create_storage(aws)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Recorded events and requests. They are not part of the repository; tests that need them say so and are skipped."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the recorded data is not at {os.path.relpath(SHARED_DATA)}")
    return SHARED_DATA
