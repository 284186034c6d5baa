"""reads: what an expression looks at, as paths of names from the root. Lists are looked through.

`cart.products[?price > `5`].name` reads `cart.products.price` and `cart.products.name`. A path stands for all that is below it; the empty
one for everything.
"""

from collections.abc import Iterable
from typing import Any

from .demand import Path

Node = dict[str, Any]
_PASSED_ON = ("sort_by", "max_by", "min_by", "reverse", "not_null", "to_array", "merge", "sort", "max", "min")  # give what they are given


def reads(parsed: Node) -> frozenset[Path]:
    """The paths a parsed expression looks at."""
    reading = _Reading()
    reading.use(reading.see(parsed, {()}))
    return frozenset(reading.read)


class _Reading:
    def __init__(self) -> None:
        self.read: set[Path] = set()

    def use(self, paths: Iterable[Path]) -> set[Path]:
        """What stands there is looked at."""
        self.read.update(paths)
        return set()

    def see(self, node: Node, at: set[Path]) -> set[Path]:
        """Which paths the value of a node may stand at when it is asked of what stands at some; none for what is computed."""
        children: list[Any] = node["children"]
        match node["type"]:
            case "field":
                return {(*path, node["value"]) for path in at}
            case "current" | "identity" | "index" | "slice":
                return at
            case "subexpression" | "index_expression" | "pipe" | "projection":
                for child in children:
                    at = self.see(child, at)
                return at
            case "flatten" | "key_val_pair" | "expref":
                return self.see(children[0], at)
            case "value_projection":  # names nobody wrote: all of it is looked at
                self.use(self.see(children[0], at))
                return self.see(children[1], set())
            case "filter_projection":
                each = self.see(children[0], at)
                self.use(self.see(children[2], each))
                return self.see(children[1], each)
            case "or_expression" | "and_expression":
                left, right = (self.see(child, at) for child in children)
                self.use(left)
                return left | right
            case "function_expression":
                return self._call(node, at)
        for child in children:
            self.use(self.see(child, at))
        return set()

    def _call(self, node: Node, at: set[Path]) -> set[Path]:
        """What is handed in is looked at; an expression for each entry of a list is asked of the entries."""
        given = {number: self.see(child, at) for number, child in enumerate(node["children"]) if child["type"] != "expref"}
        entries = {path for paths in given.values() for path in paths}
        asked = [self.see(child, entries) for child in node["children"] if child["type"] == "expref"]
        for paths in asked:
            self.use(paths)
        if node["value"] == "map":
            return {path for paths in asked for path in paths}
        if node["value"] in _PASSED_ON:
            return entries
        return self.use(entries)
