"""conftest: the app over memory, as in tests/entrypoints."""

from ..entrypoints.conftest import http, ports

__all__ = ["http", "ports"]
