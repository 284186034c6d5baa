"""located: an expression parsed so that each of its parts knows from which character of the text to which (exclusive) it stands.

jmespath's own tree says nothing of places. What reads a condition to run it does without; this is for who is to be told where.
"""

from typing import Any

from jmespath.parser import ParsedResult, Parser

Node = dict[str, Any]


def parse_located(text: str) -> Node:
    """The tree, its nodes with `start` and `end` beside what jmespath gives them. JMESPathError as from `jmespath.compile`."""
    return _LocatingParser().parse(text).parsed


class _LocatingParser(Parser):
    """jmespath's parser, noting after each step where it has come to."""

    def parse(self, expression: str) -> ParsedResult:
        """As jmespath's, but what was parsed before without places is none."""
        self._text = expression
        return self._do_parse(expression)

    def _expression(self, binding_power: int = 0) -> Node:
        token = self._lookahead_token(0)
        self._advance()
        begin: Any = getattr(self, f"_token_nud_{token['type']}", self._error_nud_token)
        left: Node = begin(token)
        self._note(left, token["start"])
        while binding_power < self.BINDING_POWER[self._current_token()]:
            follow: Any = getattr(self, f"_token_led_{self._current_token()}", None)
            if follow is None:
                raise self._error_led_token(self._lookahead_token(0))
            self._advance()
            left = follow(left)
            self._note(left, token["start"])
        return left

    def _note(self, node: Node, start: int) -> None:
        node["start"] = start
        node["end"] = len(self._text[:self._lookahead_token(0)["start"]].rstrip())
