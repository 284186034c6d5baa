"""signature: the proof that a call with a public key speaks of the user it names: an HMAC of the user id, made by the shop's server.

As Intercom's identity verification and Braze's SDK authentication do it: hexadecimal HMAC-SHA256 (RFC 2104) of the user id's UTF-8, in
`context.userSignature`. Each write key has a signing secret of its own, derived from it, so that nothing more is to be stored and a
key that is turned away takes its secret with it.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from ..model.errors import EventRejected

Sign = Callable[[bytes], bytes]


def signing_secret(sign: Sign, key_id: str) -> str:
    """The secret by which the shop signs user ids for calls with this write key. `sign` is the deployment's own signature."""
    return base64.urlsafe_b64encode(sign(f"user signature {key_id}".encode())).decode().rstrip("=")


def signature_of(user_id: str, secret: str) -> str:
    """What belongs into `context.userSignature`."""
    return hmac.new(secret.encode(), user_id.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def is_signed(call: Any, secret: Callable[[], str]) -> bool:
    """Whether a call proves who its user is; False when it does not try to. EventRejected: it tries, and the proof is wrong."""
    context = call.get("context") if isinstance(call, dict) else None
    given = context.get("userSignature") if isinstance(context, dict) else None
    if not given:
        return False
    user = call.get("userId")
    text = str(user).strip() if isinstance(user, (str, int, float)) else ""
    if not text or not isinstance(given, str) or not hmac.compare_digest(
            signature_of(text, secret()).encode(), given.strip().lower().encode("utf-8", "surrogatepass")):
        raise EventRejected("wrong_signature", "context.userSignature is not the HMAC-SHA256 of this userId with this key's signing secret")
    return True
