"""functions: the handlers of app.py, called one at a time each, as Lambda calls one execution environment."""

import threading
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from chalice.local import LambdaContext

from .faults import Killed

_MEMORY_MB = 512
_LONGEST_MS = 900_000


class InvocationFailed(Exception):
    """A handler raised, or died: the whole batch has to come again."""


@dataclass(slots=True)
class Functions:
    """The handlers of a Chalice app's module by name."""

    module: ModuleType
    _locks: dict[str, threading.Lock] = field(default_factory=dict)

    def invoke(self, name: str, event: dict[str, Any]) -> Any:
        """Call a handler and give back what it returned. InvocationFailed with the error's own text when it did not return."""
        handler = getattr(self.module, name)
        with self._locks.setdefault(name, threading.Lock()):
            try:
                return handler(event, LambdaContext(name, _MEMORY_MB, _LONGEST_MS))
            except Killed as death:
                raise InvocationFailed(f"{name} was killed: {death}") from death
            except Exception as error:
                raise InvocationFailed(f"{name} failed: {type(error).__name__}: {error}") from error
