"""kinds: JMESPath's types of Python's values."""

from typing import Any


class _Expression:
    """`&a` as a value. jmespath's functions know it by its class's name and call `visit`."""

    def __init__(self, function: Any) -> None:
        self.expression = self._function = function

    def visit(self, expression: Any, value: Any) -> Any:
        """The value of the expression on an entry."""
        return self._function(value)


Expression = _Expression
TYPES: dict[type, str] = {dict: "object", list: "array", str: "string", int: "number", float: "number", bool: "boolean",
                          type(None): "null", Expression: "expref"}
NUMBERS = frozenset((int, float))
_WORDS = {"object": "an object", "array": "a list", "string": "a text", "number": "a number", "boolean": "true or false", "null": "null",
          "expref": "an expression like &price", "array-number": "a list of numbers", "array-string": "a list of texts"}


def named(types: list[str]) -> str:
    """Types in words."""
    return " or ".join(_WORDS.get(each, each) for each in types) or "anything"


def kind_named(value: Any) -> str:
    """The type of a value in words."""
    return named([TYPES[type(value)]]) if type(value) in TYPES else "something else"
