"""moto: AWS inside this process, without an account.

moto is a mock and not an engine: it loses updates when two threads write, so requests go through it one at a time. And its
streams know no endpoints that carry an account's number, so those are switched off before any client is made.
"""

import os
import threading
from collections.abc import Callable
from typing import Any

from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

REGION = "us-east-1"
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION,
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled", "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
_UNWELCOME = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL")  # a real account, or somebody else's emulator


class Moto:
    """AWS from `start` to `stop`. Make clients after `start`; they stay good through `reset`."""

    def __init__(self) -> None:
        self._mock = mock_aws()
        self._lock = threading.RLock()
        self._environment: dict[str, str | None] = {}
        self._unlocked: Callable[..., Any] | None = None

    def start(self) -> "Moto":
        """From now on every boto3 client of this process that is made anew talks to moto."""
        service_endpoints = [name for name in os.environ if name.startswith("AWS_ENDPOINT_URL_")]
        for name in (*_ENVIRONMENT, *_UNWELCOME, *service_endpoints):
            self._environment[name] = os.environ.pop(name, None)
        os.environ.update(_ENVIRONMENT)
        self._unlocked = BotocoreStubber.process_request
        BotocoreStubber.process_request = _one_at_a_time(self._unlocked, self._lock)  # type: ignore[method-assign]
        self._mock.start()
        return self

    def reset(self) -> None:
        """Forget everything that was made and stored."""
        with self._lock:
            self._mock.reset()

    def stop(self) -> None:
        """End it and put the environment back."""
        self._mock.stop()
        BotocoreStubber.process_request = self._unlocked  # type: ignore[method-assign]
        for name, value in self._environment.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _one_at_a_time(process: Callable[..., Any], lock: threading.RLock) -> Callable[..., Any]:
    def locked(stubber: BotocoreStubber, request: Any) -> Any:
        with lock:
            return process(stubber, request)

    return locked
