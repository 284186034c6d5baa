"""callbacks: the secret by which a channel's provider is known when it calls `POST /v1/receipts/{channel}`. It follows from the secret that
signs links, so that there is none more to keep."""

from collections.abc import Callable


def callback_secret(sign: Callable[[bytes], bytes], channel: str) -> str:
    """64 letters and digits. StoreUnavailable when the link secret cannot be read."""
    return sign(f"receipts|{channel}".encode()).hex()
