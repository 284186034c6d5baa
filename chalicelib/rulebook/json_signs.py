"""json_signs: signs, words and numbers of other languages and of word processors, where JSON has its own."""

import re
from dataclasses import dataclass

from ..model.invisible import invisible

SMART = "“”„‟«»‹›‘’‚‛″′"
NUMBER_LIKE = re.compile(r"[+-]?[0-9.][0-9_.,]*")
WORD_LIKE = re.compile(r"[^\s,:{}\[\]\"]+")
_WORDS = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false", "none": "null", "null": "null",
          "nil": "null", "undefined": "null",
          "nan": "null"}


@dataclass(eq=False)
class JsonMistake(Exception):
    """A text that is not JSON: from which character to which, what is wrong, what to do."""

    code: str
    start: int
    end: int
    problem: str
    mend: str


def foreign_sign(text: str, at: int) -> JsonMistake | None:
    """Signs that other languages and word processors write."""
    char = text[at]
    unseen = invisible(char)
    if unseen:
        return JsonMistake("json-unexpected", at, at + 1, f"an invisible sign stands here, a {unseen}", "take it away")
    if char in SMART:
        return smart_quote(text, at)
    if text.startswith(("//", "/*", "#"), at):
        return JsonMistake("json-comment", at, at + 2, "JSON has no comments", "write it into `description`, or take it away")
    if char in "'`":
        end = text.find(char, at + 1)
        inner = text[at + 1:end] if 0 < end < at + 60 else "..."
        return JsonMistake("json-single-quotes", at, end + 1 if end > 0 else at + 1, f"{char} opens no text", f'write "{inner}"')
    return None


def smart_quote(text: str, at: int) -> JsonMistake:
    """A quote as word processors make it."""
    return JsonMistake("json-smart-quotes", at, at + 1, f"{text[at]} is a printer's quote",
                       'write " (the straight one), and rules in a text editor, not in a word processor')


def quote_inside(at: int) -> JsonMistake:
    """A quote that ends a text too early."""
    return JsonMistake("json-quote-inside", at, at + 1, 'this " ends the text',
                       'write \\" for a quote within a text; in a condition texts stand \'like this\'')


def no_number(text: str, at: int) -> JsonMistake:
    """A number as JSON does not have it, or a text that begins like one."""
    found = NUMBER_LIKE.match(text, at)
    assert found is not None
    written = found[0].rstrip(",")
    after = WORD_LIKE.match(text, at + len(written))
    if after:  # `1h`, `20%`, `2026-03-01`
        whole = written + after[0]
        return JsonMistake("json-missing-quotes", at, at + len(whole), f"{whole} stands without quotes", f'write "{whole}"')
    return JsonMistake("json-number", at, at + len(written), f"{written} is no number", f"write {plain_number(written)}")


def plain_number(written: str) -> str:
    """The number that was meant: `1,000` is a thousand, `1,5` one and a half."""
    digits = written.replace("_", "").removeprefix("+")
    if re.fullmatch(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", digits):
        digits = digits.replace(",", "")
    digits = digits.replace(",", ".").rstrip(".")
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, dot, rest = digits.partition(".")
    return f"{sign}{whole.lstrip('0') or '0'}{dot}{rest}"


def bare_word(text: str, at: int) -> JsonMistake:
    """A word without quotes."""
    found = WORD_LIKE.match(text, at)
    word = found[0] if found else text[at]
    meant = _WORDS.get(word.lower())
    if meant:
        return JsonMistake("json-word", at, at + len(word), f"{word} is no word of JSON", f"write {meant}")
    if not word[0].isalpha():
        return JsonMistake("json-unexpected", at, at + len(word), f"{word} has no place here", "write a value, or take it away")
    return JsonMistake("json-missing-quotes", at, at + len(word), f"{word} stands without quotes", f'write "{word}"')
