"""links: the tokens of links in messages: what they stand for and a signature (HMAC), so that nobody can make one for somebody else."""

import base64
import binascii
import hmac

from ..ports import Ports

_MAC_BYTES = 16


def link_url(ports: Ports, path: str, *parts: str) -> str:
    """The address of a link that stands for these parts, none of which has a `|` in it."""
    payload = "|".join(parts).encode()
    return f"{ports.public_url.rstrip('/')}/{path}/{_encoded(payload)}.{_encoded(ports.sign(payload)[:_MAC_BYTES])}"


def parts_of(ports: Ports, token: str) -> list[str] | None:
    """What a token stands for, None when it is not one of ours. Links of one kind differ from those of another by their parts."""
    try:
        payload, mac = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split("."))
        return payload.decode().split("|") if hmac.compare_digest(mac, ports.sign(payload)[:_MAC_BYTES]) else None
    except (ValueError, TypeError, binascii.Error):
        return None


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
