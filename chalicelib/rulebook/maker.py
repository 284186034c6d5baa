"""maker: a name for the Python and the Beckon at work: a hash of the functions that check conditions, make an index, and run it.

What another maker kept is not what this one would make: nobody has to remember to say so when a function changes.
"""

import sys
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from importlib.util import MAGIC_NUMBER
from types import CodeType, FunctionType, ModuleType
from typing import Any

import jmespath
from pydantic import BaseModel

from ..conditions import condition as conditions
from ..triggers import matching
from ..triggers.registry import TRIGGERS
from . import bounds, field_index, listener, listeners, lookup, plain_index, rule
from .bounds import Bounds
from .field_index import FieldIndex
from .listeners import Listeners
from .lookup import Lookup

_MADE_BY: tuple[ModuleType, ...] = (
    conditions, rule, bounds, field_index, listener, listeners, lookup, plain_index, matching,  # and what these use of `conditions`
    *(sys.modules[kind.__module__] for kind in TRIGGERS.values()))
_WITHIN = conditions.__name__.rpartition(".")[0] + "."
_BYTES = 16


def maker() -> bytes:
    """The name, always as long."""
    global _known
    if _known is None:
        forms = [jmespath.__version__, *(form.__slots__ for form in (Bounds, FieldIndex, Listeners, Lookup))]
        told = blake2b(MAGIC_NUMBER + repr(forms).encode(), digest_size=_BYTES)
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


def _parts(named: Mapping[str, Any], module: str) -> Iterator[CodeType | tuple[Any, ...]]:
    """Functions, those of classes too, plain values, and what fields are when nobody writes them."""
    for name, value in named.items():
        function = getattr(value, "__wrapped__", getattr(value, "__func__", value))  # within a cache, of a class method
        if isinstance(function, FunctionType) and function.__module__ == module:
            yield function.__code__
        elif isinstance(value, type) and value.__module__ == module:
            yield from _parts(vars(value), module)
            if issubclass(value, BaseModel):  # its fields are no values of the class
                yield from ((name, field.alias, repr(field.get_default())) for name, field in value.model_fields.items())
        elif isinstance(value, (str, int, float, tuple)) and not name.startswith("__"):
            yield name, _plain_parts(value)


def _plain_parts(value: Any) -> Any:
    return [_plain_parts(one) for one in value] if isinstance(value, tuple) else value if isinstance(value, (str, int, float)) else None


def _told(code: CodeType) -> tuple[Any, ...]:
    """What a code does, wherever its file lies."""
    constants = [_told(constant) if isinstance(constant, CodeType) else sorted(map(repr, constant)) if isinstance(constant, frozenset)
                 else constant for constant in code.co_consts]
    return code.co_name, code.co_code, code.co_names, code.co_varnames, constants
