"""reading: one file that marketers write, from text to model, or everything that is wrong with it, each by line and column."""

import json
from typing import Any, TypeVar

from pydantic import ValidationError

from ..model.errors import RuleInvalid
from ..model.spot import Spot, spot_of
from ..model.written import FROM_A_FILE, Written
from .json_signs import JsonMistake
from .schema_mistakes import find_mistakes
from .source import read_source

Model = TypeVar("Model", bound=Written)


def read_written(file: str, raw: bytes, model: type[Model], problems: list[RuleInvalid]) -> Model | None:
    """What a file says; None, and the problems, when it cannot be used. `file` is what it is called in them."""
    text = read_text(file, raw, problems)
    if text is None:
        return None
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        problems.append(_syntax_problem(file, text))
        return None
    try:
        return model.model_validate(document, context=FROM_A_FILE)
    except ValidationError as error:
        invalid = error
    try:
        source = read_source(text)
    except JsonMistake:  # it is deeper than anybody's rule
        problems.append(_syntax_problem(file, text))
        return None
    problems += [_invalid(mistake.code, spot_of(file, text, *mistake.span), mistake.problem, mistake.mend, mistake.shown)
                 for mistake in find_mistakes(invalid, source, model)]
    return None


def read_text(file: str, raw: bytes, problems: list[RuleInvalid]) -> str | None:
    """The text of a file; None, and the problem, when it is none."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.append(_invalid("not-utf8", Spot(file, line, 1, line, 1), "a letter that is not UTF-8", "save the file as UTF-8"))
    return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is no word of JSON")  # Python would take NaN and Infinity


def _syntax_problem(file: str, text: str) -> RuleInvalid:
    try:
        read_source(text)
    except JsonMistake as mistake:
        return _invalid(mistake.code, spot_of(file, text, mistake.start, mistake.end), mistake.problem, mistake.mend)
    return _invalid("json-unexpected", Spot(file), "this is no JSON that can be read", "look at https://www.json.org")


def _invalid(code: str, at: Spot, problem: str, mend: str, shown: str = "") -> RuleInvalid:
    return RuleInvalid(str(at), problem, mend, code=code, at=at, shown=shown)
