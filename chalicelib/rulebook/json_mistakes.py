"""json_mistakes: what people write that is not JSON, each with what to write in its place."""

import re

from .json_signs import NUMBER_LIKE, WORD_LIKE, JsonMistake, bare_word, foreign_sign, no_number, quote_inside, smart_quote

_NAME_LIKE = re.compile(r'"[^"\n]*"\s*:')
_PAIRS = {"{": "}", "[": "]"}


def empty() -> JsonMistake:
    """There is nothing in the file."""
    return JsonMistake("json-empty", 0, 0, "the file is empty", "write { } and the fields in between, or take the file away")


def too_deep(at: int, most: int) -> JsonMistake:
    """More brackets within one another than anybody needs."""
    return JsonMistake("json-brackets", at, at + 1, f"more than {most} brackets lie within one another", "take it apart")


def twice(text: str, start: int, end: int, name: str, before: int) -> JsonMistake:
    """A name stands twice in one object; JSON's readers would take the last and say nothing."""
    return JsonMistake("json-duplicate-key", start, end, f'"{name}" stands twice: in line {_line(text, before)} too',
                       "take one of them away")


def no_value(text: str, at: int) -> JsonMistake:
    """Something that is no value where one belongs."""
    char, before = text[at], _before(text, at)
    if char in ",}]":
        if before == ":":
            return JsonMistake("json-missing-value", at, at + 1, "nothing stands after the colon", "write a value, or take the field away")
        return extra_comma(at if char == "," else text.rindex(",", 0, at), char)
    if char == ":":
        return JsonMistake("json-missing-colon", at, at + 1, "one colon too many", "take it away")
    number = NUMBER_LIKE.match(text, at)
    if number:
        return no_number(text, at)
    return foreign_sign(text, at) or bare_word(text, at)


def no_name(text: str, at: int) -> JsonMistake:
    """Something that is no name in quotes where a field begins."""
    char = text[at]
    if char == ",":
        return extra_comma(at, char)
    if char.isdigit() and text[at - 1] == "," and text[at - 2].isdigit():
        start = at
        while text[start - 1].isdigit() or text[start - 1] in ",.-":
            start -= 1
        return no_number(text, start)
    if char in "{[]:":
        return JsonMistake("json-missing-value", at, at + 1, f"{char} stands where a field's name belongs",
                           'write "name": before it, or take it away')
    sign = foreign_sign(text, at)
    if sign:
        return sign
    found = WORD_LIKE.match(text, at)
    word = found[0] if found else char
    return JsonMistake("json-missing-quotes", at, at + len(word), f"the name {word} stands without quotes", f'write "{word}"')


def no_colon(text: str, at: int, name: int) -> JsonMistake:
    """After a field's name comes no colon."""
    sign = foreign_sign(text, at)
    if sign and sign.code in ("json-comment", "json-unexpected"):
        return sign
    given = text[at]
    if given.isalnum() and text[at - 1] == '"':
        return quote_inside(at - 1)
    return JsonMistake("json-missing-colon", at, at + 1, f"after {text[name:at].rstrip()} a colon is missing",
                       "write : instead of =" if given == "=" else f"write {text[name:at].rstrip()}: and the value")


def no_comma(text: str, end: int, at: int, opened: int) -> JsonMistake:
    """After a value comes neither a comma nor what closes."""
    char, bracket = text[at], text[opened]
    if char in "}]":
        return JsonMistake("json-brackets", at, at + 1, f"{char} closes the {bracket} of line {_line(text, opened)}",
                           f"write {_PAIRS[bracket]}, or close first what was opened later")
    if char == ":" and bracket == "[":
        name = text.rindex('"', 0, text.rindex('"', 0, end))
        place = _last_char(text, name)
        return _not_closed_at(text, opened, place if text[place] == "," else place + 1)
    if bracket == "[" and _NAME_LIKE.match(text, at):
        return _not_closed_at(text, opened, end)
    if char == ";":
        return JsonMistake("json-missing-comma", at, at + 1, "a semicolon separates nothing in JSON", "write a comma in its place")
    if char.isdigit() and bracket == "{" and text[end - 1].isdigit() and "\n" not in text[end:at]:
        start = end
        while text[start - 1].isdigit():
            start -= 1
        found = re.compile(r"[0-9]+(?:[ \t\u00a0][0-9]+)+").match(text, start)
        written = found[0] if found else text[start:at + 1]
        return JsonMistake("json-number", start, start + len(written), f"{written} is no number", f"write {re.sub(r'[^0-9]', '', written)}")
    sign = foreign_sign(text, at)
    if sign is not None:
        return sign
    if text[end - 1] == '"' and at == end and char != '"' and char not in "{[":
        return quote_inside(end - 1)
    if char == '"' and bracket == "{" and text[:opened].strip() and _is_dedented(text, end, at, opened):
        return JsonMistake("json-brackets", end, end, f"the {{ of line {_line(text, opened)} is not closed", "write }, here")
    if char in '"{[-' or char.isalnum():
        return JsonMistake("json-missing-comma", end, end, "a comma is missing here", f"write , before {_shown(text, at)}")
    return JsonMistake("json-unexpected", at, at + 1, f"{char} has no place here", "take it away")


def extra_comma(at: int, following: str) -> JsonMistake:
    """A comma after which nothing comes, or another one."""
    what = f"nothing comes between this comma and the {following}" if following in "}]" else "one comma too many"
    return JsonMistake("json-extra-comma", at, at + 1, what, "take the comma away")


def after_the_end(text: str, end: int, at: int) -> JsonMistake:
    """More comes after the last bracket."""
    if text[at] in "}]":
        return JsonMistake("json-brackets", at, at + 1, f"one {text[at]} too many", "take it away")
    if text[at] in ',"':
        return JsonMistake("json-brackets", end - 1, end, f"this {text[end - 1]} ends the whole file, and more comes after it",
                           f"take one {text[end - 1]} away before it, or this one")
    sign = foreign_sign(text, at)
    return sign or JsonMistake("json-unexpected", at, at + 1, "more comes after the end of the file's only value", "take it away")


def broken_text(text: str, start: int, at: int) -> JsonMistake:
    """A text that ends with its line, or has in it what must be written otherwise."""
    char = text[at:at + 1]
    if char == "\\":
        return JsonMistake("json-escape", at, at + 2, f"{text[at:at + 2].strip()} means nothing in a text", r"write \\ for a backslash")
    if char not in ("", "\n", "\r"):
        return JsonMistake("json-escape", at, at + 1, "a tab or the like stands in a text", r"write \t, or a space")
    line = text[start:at]
    smart = next((place for place, letter in enumerate(line) if letter in "“”„"), None)
    if smart is not None:
        return smart_quote(text, start + smart)
    return JsonMistake("json-missing-quotes", start, at, "this text is not closed in its line", 'write " where it ends')


def not_closed(text: str, opened: int, before: int | None) -> JsonMistake:
    """The file ends while something is open: what was opened last, unless a name further left has told that another was forgotten."""
    if before is not None:
        return _not_closed_at(text, opened, before if text[before] == "," else before + 1)
    return JsonMistake("json-brackets", opened, opened + 1, f"this {text[opened]} is never closed",
                       f"write {_PAIRS.get(text[opened], '}')} where it ends")


def stands_left_of(text: str, name: int, opened: int) -> bool:
    """Whether a name begins its line, no further right than the line of the bracket it lies in, so that a bracket seems forgotten."""
    line, opening = _line_start(text, name), _line_start(text, opened)
    return line > opening and not text[line:name].strip() and name - line <= _indent(text, opening)


def _is_dedented(text: str, end: int, name: int, opened: int) -> bool:
    """Whether a name stands further left than what is before it in its object, as if the object were over."""
    last = _line_start(text, end)
    return stands_left_of(text, name, opened) and (last == _line_start(text, opened)
                                                   or _indent(text, last) > _indent(text, _line_start(text, name)))


def _not_closed_at(text: str, opened: int, at: int) -> JsonMistake:
    return JsonMistake("json-brackets", at, at, f"the {text[opened]} of line {_line(text, opened)} is not closed",
                       f"write {_PAIRS[text[opened]]} here")


def _shown(text: str, at: int) -> str:
    """The beginning of what stands there."""
    line = text[at:at + 200].split("\n")[0]
    found = re.match(r'"[^"]{0,40}"|\w+', line)
    return found[0] if found else line[0]


def _before(text: str, at: int) -> str:
    return text[_last_char(text, at)]


def _last_char(text: str, at: int) -> int:
    """The place of the last character that is no space before this one."""
    return len(text[:at].rstrip()) - 1


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _indent(text: str, line: int) -> int:
    rest = text[line:line + 200]
    return len(rest) - len(rest.lstrip(" \t"))
