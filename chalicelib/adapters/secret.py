"""secret: new secrets, from the operating system's source of randomness."""

import secrets

_BYTES = 32


def new_secret() -> str:
    """256 random bits as text that fits into a header, an address and a parameter."""
    return secrets.token_urlsafe(_BYTES)
