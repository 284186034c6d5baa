"""kept_index: an index as bytes, so that a new process loads it and need not build it: plain values and the code of its conditions.

They are good only for the Python and the Beckon that wrote them, which stands in front together with a hash of the rest: whatever else is
found is None, and the index is built anew. The hash shows damage, not who wrote them, and code is loaded from them: whoever may write where
they are kept may run code in each process that loads them, as whoever may deploy. infra/README.md says who that is.
"""

import marshal
from hashlib import blake2b

from .index import Index
from .maker import maker
from .plain_index import index_of, plain_index

_HASH = 16  # bytes


def index_part() -> str:
    """The name under which it is kept: each Python, and each Beckon, has its own."""
    return f"index {maker().hex()}"


def index_bytes(index: Index) -> bytes:
    """The index as bytes."""
    return _sealed(marshal.dumps(plain_index(index)))


def index_from(kept: bytes) -> Index | None:
    """The index of these bytes; None when they are damaged, or written by another Python or another Beckon."""
    content = kept[len(maker()) + _HASH:]
    if kept != _sealed(content):
        return None
    return index_of(marshal.loads(content))


def _sealed(content: bytes) -> bytes:
    return maker() + blake2b(content, digest_size=_HASH).digest() + content
