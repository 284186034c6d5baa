"""odd_signs: signs of other languages and of word processors that begin nothing in a condition."""

import re

from ..model.invisible import invisible
from .refusal import Mistake

_EQUALS = (("===", "=="), ("!==", "!="), ("=>", ">="), ("=<", "<="), ("=!", "!="), ("=", "=="))
_SMART_QUOTES = "“”„‟«»‘’‚‛′″´"


def odd_sign(text: str, at: int) -> Mistake:
    """A sign that begins nothing."""
    char = text[at]
    unseen = invisible(char)
    if unseen:
        return Mistake("condition-syntax", f"an invisible sign stands here, a {unseen}", "write a plain space, or take it away", at, at + 1)
    if char in "'\"`":
        rest = f"an apostrophe within it is written \\{char}" if char == "'" else "or take this one away"
        if char == "`" and text.find("`", at + 1) > 0:
            end = text.find("`", at + 1) + 1
            return Mistake("condition-text", f"{text[at:end]} is no JSON", "write `20` for a number, 'text' for a text", at, end)
        return Mistake("condition-text", f"this {char} is never closed", f"write {char} where it ends; {rest}", at, at + 1)
    if char in _SMART_QUOTES:
        return Mistake("condition-text", f"{char} is a printer's quote", "write 'like this', with straight quotes", at, at + 1)
    if char == "=":
        start = at - 1 if text[at - 1:at] in ("!", "=") else at
        while start > 0 and text[start - 1] in "=!":
            start -= 1
        wrong, right = next(pair for pair in _EQUALS if text.startswith(pair[0], start) or pair[0] == "=")
        return Mistake("condition-operator", f"{wrong} is no comparison", f"write {right}", start, start + len(wrong))
    if char == "-" and at and (text[at - 1].isalnum() or text[at - 1] == "_") and text[at + 1:at + 2].isalnum():
        return odd_name(text, at)
    if char in "+-/%*":
        return Mistake("condition-operator", f"{char}: this language does not calculate", "compare with a number that is worked out",
                       at, at + 1)
    if char == "$":
        return Mistake("condition-syntax", "$ has no place here", "begin with customer, cart, event or trigger", at, at + 1)
    if char.isalpha():
        return odd_name(text, at)
    return Mistake("condition-syntax", f"{char} has no place here", "take it away; texts are written 'like this'", at, at + 1)


def odd_name(text: str, at: int) -> Mistake:
    """A name with other signs than a to z, 0 to 9 and _."""
    start = at
    while start and (text[start - 1].isalnum() or text[start - 1] in "_-"):
        start -= 1
    found = re.compile(r"[\w-]+").match(text, start)
    name = found[0] if found else text[at]
    if "-" in name or (start and text[start - 1] == "."):
        return Mistake("condition-syntax", f"the name {name} is read only in double quotes", f'write "{name}"', start, start + len(name))
    return Mistake("condition-text", f"{name} is no name", f"write '{name}' for a text", start, start + len(name))
