"""signer: HMAC-SHA256 with the deployment's link secret, for the links in messages."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..model.errors import StoreUnavailable


class Signer:
    """Ports.sign. The secret is fetched when something is signed for the first time, and then kept."""

    def __init__(self, secret: Callable[[], bytes]) -> None:
        self._fetch = secret
        self._secret: bytes | None = None

    def __call__(self, data: bytes) -> bytes:
        """The 32 bytes of the signature. StoreUnavailable when the secret cannot be fetched."""
        if self._secret is None:
            self._secret = self._fetch()
        return hmac.new(self._secret, data, hashlib.sha256).digest()


def parameter_secret(client: Callable[[], Any], name: str) -> bytes:
    """The secret in an SSM SecureString parameter."""
    try:
        return client().get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"].encode()
    except (BotoCoreError, ClientError) as error:
        raise StoreUnavailable(f"the secret {name} cannot be read: {type(error).__name__}") from error
