"""parameter: a channel's secret in an SSM SecureString, read when needed and again after a while, so that a new one comes into use."""

import time
from collections.abc import Callable
from typing import Any

from .signer import parameter_secret

KEPT_SECONDS = 300.0


class KeptParameter:
    """The text of a parameter. `client` gives the ssm client when it is needed."""

    def __init__(self, client: Callable[[], Any], name: str, now: Callable[[], float] = time.monotonic) -> None:
        self._client, self._name, self._now = client, name, now
        self._value, self._until = "", float("-inf")

    def __call__(self) -> str:
        """The secret. StoreUnavailable when it cannot be read."""
        if self._now() >= self._until:
            self._value = parameter_secret(self._client, self._name).decode().strip()
            self._until = self._now() + KEPT_SECONDS
        return self._value
