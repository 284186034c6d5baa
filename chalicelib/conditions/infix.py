"""infix: `a in b` and `a contains b`, as this language writes them: contains(b, a) and contains(a, b), with the writer's own words."""

from typing import Any

Token = dict[str, Any]
_NAMES = frozenset({"unquoted_identifier", "quoted_identifier"})
_OPENING = {"lparen": "rparen", "lbracket": "rbracket", "filter": "rbracket"}
_CLOSING = frozenset(_OPENING.values())


def contains_meant(text: str, tokens: list[Token], number: int) -> tuple[str, int, int] | None:
    """What to write for the `in` or `contains` that a token is, and from where to where; None when its sides are not plain."""
    first, last = _left(tokens, number - 1), _right(tokens, number + 1)
    if first is None or last is None:
        return None
    left, right = text[tokens[first]["start"]:tokens[number - 1]["end"]], text[tokens[number + 1]["start"]:tokens[last]["end"]]
    is_list = tokens[number + 1]["type"] in _OPENING
    start, end = tokens[first]["start"], tokens[last]["end"]
    if str(tokens[number]["value"]).lower() == "contains":
        return None if is_list else (f"contains({left}, {right})", start, end)
    if is_list:
        entries = _entries(text, tokens[number + 2:last])
        return (f"contains([{', '.join(entries)}], {left})", start, end) if entries else None
    return (f"contains({right}, {left})", start, end) if tokens[number + 1]["type"] in _NAMES else None


def _left(tokens: list[Token], at: int) -> int | None:
    """Where the value that ends here begins."""
    if tokens[at]["type"] in ("literal", "number"):
        return at
    while at >= 0:
        if tokens[at]["type"] in _CLOSING:
            depth = 1
            while depth and at > 0:
                at -= 1
                depth += (tokens[at]["type"] in _CLOSING) - (tokens[at]["type"] in _OPENING)
            if depth:
                return None
            if at and tokens[at - 1]["type"] in (*_NAMES, *_CLOSING) and tokens[at - 1]["end"] == tokens[at]["start"]:
                at -= 1
                continue
        elif tokens[at]["type"] not in _NAMES:
            return None
        if at == 0 or tokens[at - 1]["type"] != "dot":
            return at
        at -= 2
    return None


def _right(tokens: list[Token], at: int) -> int | None:
    """Where the value that begins here ends."""
    if tokens[at]["type"] == "literal":
        return at
    if tokens[at]["type"] in _OPENING:
        depth = 1
        while depth and at + 1 < len(tokens):
            at += 1
            depth += (tokens[at]["type"] in _OPENING) - (tokens[at]["type"] in _CLOSING)
        return None if depth else at
    if tokens[at]["type"] not in _NAMES:
        return None
    while at + 2 < len(tokens) and tokens[at + 1]["type"] == "dot" and tokens[at + 2]["type"] in _NAMES:
        at += 2
    return None if tokens[at + 1:] and tokens[at + 1]["type"] in _OPENING and tokens[at]["end"] == tokens[at + 1]["start"] else at


def _entries(text: str, tokens: list[Token]) -> list[str] | None:
    """What stands between brackets, with commas between; None when it is more than texts and numbers."""
    if len(tokens) % 2 == 0 or any(token["type"] != "comma" for token in tokens[1::2]):
        return None
    entries = []
    for token in tokens[::2]:
        written = text[token["start"]:token["end"]]
        if token["type"] in _NAMES:
            entries.append(f"'{token['value']}'")
        elif token["type"] in ("literal", "number"):
            entries.append(f"`{written}`" if token["type"] == "number" else written)
        else:
            return None
    return entries
