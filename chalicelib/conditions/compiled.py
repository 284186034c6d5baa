"""compiled: generated source as a function. Code is kept by its source, and can be stored with `marshal` (for one Python version).

    source = source_of(parsed)                        text and constants
    function = function_of(code_of(source.text), source.constants)
    function(scope)                                   the value; ConditionFailed when it has none
"""

from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

from .runtime import GLOBALS


@lru_cache(maxsize=4_096)
def code_of(source: str) -> CodeType:
    """The code of a source, compiled once."""
    module = compile(source, "<condition>", "exec", dont_inherit=True)
    return next(constant for constant in module.co_consts if isinstance(constant, CodeType))


def function_of(code: CodeType, constants: tuple[Any, ...]) -> FunctionType:
    """The function of a condition: it takes a scope, or any document, and gives the value."""
    return FunctionType(code, GLOBALS, "condition", constants)
