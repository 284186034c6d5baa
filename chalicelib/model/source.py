"""source: who posts events, told by a write key."""

import hashlib
from dataclasses import dataclass, field
from typing import Literal

SourceKind = Literal["browser", "app", "server"]
EVENTS_A_MINUTE = 300_000


@dataclass(frozen=True, slots=True)
class Source:
    """Who posts events with a write key: browsers and apps have public keys, servers a secret one. A source may have several keys.

    `id` names the key without telling it. `signed_only`: a call that names a user must prove it (engine/signature.py).
    `events_a_minute` is how many events this key may post.
    """

    name: str
    kind: SourceKind
    signed_only: bool = False
    events_a_minute: int = EVENTS_A_MINUTE
    id: str = field(default="", compare=False)
    disabled: bool = False

    @property
    def public(self) -> bool:
        """Whether anybody can read the key: it is in a page or an app."""
        return self.kind != "server"


def key_id(write_key: str) -> str:
    """The name of a write key that may be shown: the first 12 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(write_key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
