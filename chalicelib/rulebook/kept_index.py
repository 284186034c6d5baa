"""kept_index: an index as bytes, so that a new process loads it and need not build it: plain values and the code of its conditions.

They are good only for the Python and the Beckon that wrote them, which stands in front together with a hash of the rest: whatever else is
found is None, and the index is built anew. Code is loaded from them: keep them only where nobody writes but who may deploy.
"""

import marshal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import astuple
from hashlib import blake2b
from importlib.util import MAGIC_NUMBER
from types import CodeType, FunctionType, ModuleType
from typing import Any

import jmespath

from ..conditions import condition as conditions
from ..conditions.condition import Condition
from . import bounds, field_index, listener, listeners
from .bounds import Bounds
from .field_index import FieldIndex
from .index import Index
from .listeners import Holder, Listeners

_MADE_BY: tuple[ModuleType, ...] = (conditions, bounds, field_index, listener, listeners)  # and what these use of `conditions`
_WITHIN = conditions.__name__.rpartition(".")[0] + "."
_HASH = 16  # bytes


def index_part() -> str:
    """The name under which it is kept: each Python, and each Beckon, has its own."""
    return f"index {_maker().hex()}"


def index_bytes(index: Index) -> bytes:
    """The index as bytes."""
    codes: dict[CodeType, int] = {}
    content = {event: _plain(found, codes) for event, found in index.by_event.items()}
    return _sealed(marshal.dumps((list(codes), content)))


def index_from(kept: bytes) -> Index | None:
    """The index of these bytes; None when they are damaged, or written by another Python or another Beckon."""
    content = kept[len(_maker()) + _HASH:]
    if kept != _sealed(content):
        return None
    codes, by_event = marshal.loads(content)
    return Index({event: _listeners(plain, codes) for event, plain in by_event.items()})


def _sealed(content: bytes) -> bytes:
    return _maker() + blake2b(content, digest_size=_HASH).digest() + content


def _plain(found: Listeners, codes: dict[CodeType, int]) -> tuple[Any, ...]:
    conditions = {place: (asked.text, codes.setdefault(asked.code, len(codes)), asked.constants)
                  for place, asked in found.conditions.items()}
    holders = [(path, users, {name: _values(index) for name, index in fields.items()}) for path, users, fields in found.holders]
    return found.orders, found.rules, found.ordered, found.live, found.asked, conditions, found.places, holders


def _values(index: FieldIndex) -> tuple[Any, ...]:
    return tuple(astuple(value) if isinstance(value, Bounds) else value
                 for value in (getattr(index, name) for name in FieldIndex.__slots__))


def _listeners(plain: tuple[Any, ...], codes: list[CodeType]) -> Listeners:
    orders, rules, ordered, live, asked, conditions, places, holders = plain
    return Listeners(
        orders, rules, ordered, live, asked,
        {place: Condition(text, (codes[code], constants)) for place, (text, code, constants) in conditions.items()}, places,
        tuple(Holder(path, users, {name: _field_index(*values) for name, values in fields.items()}) for path, users, fields in holders))


def _field_index(equal: Any, wanting: int, unequal: Any, low: tuple[Any, ...], high: tuple[Any, ...], *others: int) -> FieldIndex:
    return FieldIndex(equal, wanting, unequal, Bounds(*low), Bounds(*high), *others)


def _maker() -> bytes:
    """The Python and the Beckon at work: whatever checked the conditions, made what is kept, or will be called by it."""
    global _known
    if _known is None:
        forms = [jmespath.__version__, *(form.__slots__ for form in (Bounds, FieldIndex, Listeners))]
        told = blake2b(MAGIC_NUMBER + repr(forms).encode(), digest_size=_HASH)
        for module in _modules():
            for part in _parts(vars(module), module.__name__):
                told.update(repr(_told(part) if isinstance(part, CodeType) else part).encode("utf-8", "backslashreplace"))
        _known = told.digest()
    return _known


_known: bytes | None = None


def _modules() -> Iterator[ModuleType]:
    """The modules that make an index, and all that these use of the room where conditions are."""
    waiting, seen = list(_MADE_BY), set[str]()
    while waiting:
        module = waiting.pop()
        if module.__name__ not in seen:
            seen.add(module.__name__)
            yield module
            values = [one for value in vars(module).values() for one in (value.values() if isinstance(value, dict) else [value])]
            used = [value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None) for value in values]
            waiting += [sys.modules[name] for name in used if isinstance(name, str) and name.startswith(_WITHIN)]


def _parts(named: Mapping[str, Any], module: str) -> Iterator[CodeType | tuple[str, Any]]:
    """Functions, those of classes too, and plain values."""
    for name, value in named.items():
        function = getattr(value, "__wrapped__", getattr(value, "__func__", value))  # within a cache, of a class method
        if isinstance(function, FunctionType) and function.__module__ == module:
            yield function.__code__
        elif isinstance(value, type) and value.__module__ == module:
            yield from _parts(vars(value), module)
        elif isinstance(value, (str, int, float, tuple)) and not name.startswith("__"):
            yield name, _plain_parts(value)


def _plain_parts(value: Any) -> Any:
    return [_plain_parts(one) for one in value] if isinstance(value, tuple) else value if isinstance(value, (str, int, float)) else None


def _told(code: CodeType) -> tuple[Any, ...]:
    """What a code does, wherever its file lies."""
    constants = [_told(constant) if isinstance(constant, CodeType) else sorted(map(repr, constant)) if isinstance(constant, frozenset)
                 else constant for constant in code.co_consts]
    return code.co_name, code.co_code, code.co_names, code.co_varnames, constants
