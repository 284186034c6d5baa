"""jmespath_py: what jmespath.py, the reference, gives for a condition: as it is, and with what we mend of it.

Every mend has its vectors in `conditions/deviations.json`.
"""

import math
from typing import Any

import jmespath
from jmespath import exceptions, functions
from jmespath.visitor import Options, TreeInterpreter

KINDS: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.ArityError, "invalid-arity"), (exceptions.ParseError, "syntax"), (exceptions.EmptyExpressionError, "syntax"),
    (exceptions.UnknownFunctionError, "unknown-function"), (exceptions.JMESPathTypeError, "invalid-type"), (TypeError, "invalid-type"),
    (ValueError, "invalid-value"), (ArithmeticError, "invalid-value"))
"""Python's own errors come through jmespath.py where it does not look."""

Outcome = tuple[str, Any]


class _Functions(functions.Functions):
    @functions.signature({"types": ["object"], "variadic": True})
    def _func_merge(self, *objects: Any) -> dict[str, Any]:
        self._type_check(objects, [{"types": ["object"]}] * len(objects), "merge")
        return {name: value for each in objects for name, value in each.items()}

    @functions.signature({"types": []})
    def _func_to_number(self, value: Any) -> Any:
        number = super()._func_to_number(value)
        return number if number is None or number is value or math.isfinite(number) else None


class _Interpreter(TreeInterpreter):
    def visit_comparator(self, node: dict[str, Any], value: Any) -> Any:
        sides = [self.visit(child, value) for child in node["children"]]
        literals = [{"type": "literal", "value": side, "children": []} for side in sides]
        if node["value"] not in self._EQUALITY_OPS and {str} < {type(side) for side in sides}:
            return None
        return super().visit_comparator({**node, "children": literals}, value)


def outcome(text: str, document: Any, *, mended: bool = False) -> Outcome:
    """`value` and what it is, or `error` and its kind."""
    try:
        parsed = jmespath.compile(text).parsed
        interpreter = _Interpreter(Options(custom_functions=_Functions())) if mended else TreeInterpreter()
        return "value", interpreter.visit(parsed, document)
    except tuple(error for error, _ in KINDS) as error:
        return "error", next(kind for failure, kind in KINDS if isinstance(error, failure))
