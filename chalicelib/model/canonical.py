"""canonical: one text for one document, and the hashes made of it."""

import base64
import hashlib
import json


def canonical_json(document: object) -> str:
    """JSON with sorted keys and no spaces: equal documents give equal text. ValueError for NaN and infinity."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(*parts: str) -> str:
    """26 characters `[a-z2-7]`: 130 bits of SHA-256 over the parts, which are kept apart by their lengths."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return base64.b32encode(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())[:26].decode().lower()


def fraction(*parts: str) -> float:
    """A number in [0, 1) that is always the same for the same parts: chance without dice."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:7], "big") / 2**56
