"""diagnosis: why a text is no condition, in the words of whoever wrote it: they know other languages, and this one hardly."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from jmespath.exceptions import JMESPathError, LexerError, ParseError
from jmespath.lexer import Lexer

from .infix import contains_meant
from .located import parse_located
from .mistakes import find_mistake
from .odd_signs import odd_name, odd_sign
from .refusal import Mistake

Token = dict[str, Any]

OPERATORS = {"and": "&&", "or": "||", "is": "==", "equals": "==", "eq": "==", "ne": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_ASKED_OTHERWISE = {"in": "contains(list, 'text')", "like": "contains(name, 'text')", "contains": "contains(list, 'text')",
                    "between": "two comparisons with && in between", "exists": "the name alone: a missing one is false"}
_ENDS_VALUE = frozenset({"unquoted_identifier", "quoted_identifier", "literal", "number", "rbracket", "rparen", "rbrace", "current", "star",
                         "flatten"})
_BEGINS_VALUE = frozenset({"unquoted_identifier", "quoted_identifier", "literal", "number", "lparen", "lbracket", "current", "not"})
_CLOSING = {"lparen": ")", "lbracket": "]", "filter": "]", "lbrace": "}"}
_CLOSERS = {"rparen": ("lparen",), "rbracket": ("lbracket", "filter"), "rbrace": ("lbrace",)}
_SPAN = re.compile(r"[0-9]+[smhdw]\b")
_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")


def diagnose(text: str) -> Mistake | None:
    """What is wrong with a text that is no condition, the first thing first; None when it only is too much of one."""
    if not text.strip():
        return Mistake("condition-syntax", "the condition is empty", "write one, or take the field away")
    try:
        return find_mistake(parse_located(text), text)
    except RecursionError:
        return None
    except JMESPathError as error:
        tokens = _tokens(text)
        at = _place(error, text)
        candidates = [*_liquid(text), *_words(text, tokens, at), *_numbers(text, tokens, at), _refused(text, tokens, error, at)]
        return min(candidates, key=lambda mistake: mistake.start)

def _tokens(text: str) -> list[Token]:
    """The tokens as far as they can be read, each with where it really ends."""
    tokens: list[Token] = []
    try:
        for token in Lexer().tokenize(text):
            tokens.append(dict(token))
    except LexerError as error:
        tokens.append({"type": "broken", "start": _place(error, text), "value": ""})
    for token, following in pairwise(tokens):
        token["end"] = len(text[:following["start"]].rstrip())
    tokens[-1]["end"] = len(text)
    return tokens


def _place(error: JMESPathError, text: str) -> int:
    place = error.lex_position if isinstance(error, ParseError) else 0
    return len(text.rstrip()) if place is None or place >= len(text.rstrip()) else place


def _liquid(text: str) -> Iterator[Mistake]:
    found = re.search(r"\{\{\s*(.*?)\s*\}\}", text)
    if found:
        yield Mistake("condition-syntax", "{{ }} is for templates", f"write {found[1]} as it is", found.start(), found.end())


def _words(text: str, tokens: list[Token], at: int) -> Iterator[Mistake]:
    """`and`, `or`, `not` and the like, which are names in this language."""
    for number, token in enumerate(tokens[:-1]):
        word = str(token["value"]).lower()
        if token["type"] != "unquoted_identifier" or token["start"] > at:
            continue
        after_value = number > 0 and tokens[number - 1]["type"] in _ENDS_VALUE
        before_value = tokens[number + 1]["type"] in _BEGINS_VALUE
        if word == "not" and before_value:
            yield Mistake("condition-operator", f"{token['value']} is no word of this language", "write !(...) around what must not hold",
                          token["start"], token["end"])
        elif after_value and word in OPERATORS:
            yield Mistake("condition-operator", f"{token['value']} is no word of this language", f"write {OPERATORS[word]}",
                          token["start"], token["end"])
        elif after_value and word in ("in", "contains") and (meant := contains_meant(text, tokens, number)) is not None:
            yield Mistake("condition-operator", f"{token['value']} is no word of this language", f"write {meant[0]}", *meant[1:])
        elif after_value and word in _ASKED_OTHERWISE:
            yield Mistake("condition-operator", f"{token['value']} is no word of this language", f"write {_ASKED_OTHERWISE[word]}",
                          token["start"], token["end"])


def _numbers(text: str, tokens: list[Token], at: int) -> Iterator[Mistake]:
    """Numbers without backticks: only places in lists are written so."""
    inside: list[str] = []
    for number, token in enumerate(tokens):
        if token["type"] in _CLOSING:
            inside.append(token["type"])
        elif token["type"] in _CLOSERS and inside:
            inside.pop()
        before = tokens[number - 1] if number else {"type": "", "end": -1}
        is_place = before["type"] in ("lbracket", "colon") and inside[-1:] == ["lbracket"]
        if token["type"] != "number" or is_place or token["start"] > at:
            continue
        if before["type"] in ("unquoted_identifier", "dot") and before["end"] == token["start"]:
            yield odd_name(text, token["start"])
        else:
            span = _SPAN.match(text, token["start"])
            if span:
                yield Mistake("condition-text", f"the time {span[0]} stands without quotes", f"write '{span[0]}'",
                              span.start(), span.end())
                continue
            found = _NUMBER.match(text, token["start"])
            written = found[0] if found else str(token["value"])
            yield Mistake("condition-number", f"the number {written} stands without backticks", f"write `{written.replace(',', '.')}`",
                          token["start"], token["start"] + len(written))


def _refused(text: str, tokens: list[Token], error: JMESPathError, at: int) -> Mistake:
    """What stands where jmespath gave up."""
    if isinstance(error, LexerError):
        return odd_sign(text, at)
    opened = _opened(tokens, at)
    if at >= len(text.rstrip()):
        if opened:
            return Mistake("condition-brackets", f"the {opened['value']} is never closed",
                           f"write {_CLOSING[opened['type']]} where it ends", opened["start"], opened["end"])
        last = tokens[-2] if len(tokens) > 1 else tokens[-1]
        return Mistake("condition-syntax", f"nothing comes after {text[last['start']:last['end']]}",
                       "write what is missing, or take it away", last["start"], last["end"])
    place = next((number for number, token in enumerate(tokens) if token["start"] >= at), len(tokens) - 1)
    token, before = tokens[place], tokens[place - 1] if place else None
    shown = text[token["start"]:token["end"]]
    span = token["start"], token["end"]
    if token["type"] in _CLOSERS and (opened is None or opened["type"] not in _CLOSERS[token["type"]]):
        if opened is None:
            return Mistake("condition-brackets", f"{shown} closes nothing", "take it away, or open the bracket before", *span)
        return Mistake("condition-brackets", f"{shown} closes {opened['value']}", f"write {_CLOSING[opened['type']]}", *span)
    if before is not None and (before["type"], token["type"]) == ("lt", "gt"):
        return Mistake("condition-operator", "<> is no comparison", "write != for 'is not'", before["start"], token["end"])
    if shown in ("&", "|") or (before is not None and text[before["start"]:before["end"]] == "&"):
        return Mistake("condition-operator", "& and | do not join conditions", "write && or ||", *span)
    if token["type"] == "star":
        return Mistake("condition-operator", "this language does not calculate", "compare with a number that is worked out", *span)
    if before is not None and before["type"] in _ENDS_VALUE and token["type"] in _BEGINS_VALUE:
        return Mistake("condition-syntax", f"{shown} follows {text[before['start']:before['end']]} with nothing in between",
                       "write && or a comparison in between, or the name in double quotes if it has a space", *span)
    return Mistake("condition-syntax", f"{shown} has no place here", "take it away, or write what is missing before it", *span)


def _opened(tokens: list[Token], at: int) -> Token | None:
    """The bracket that is open at a place, the innermost."""
    opened: list[Token] = []
    for token in tokens:
        if token["start"] >= at:
            break
        if token["type"] in _CLOSING:
            opened.append(token)
        elif token["type"] in _CLOSERS and opened:
            opened.pop()
    return opened[-1] if opened else None
