"""term: a piece of a generated function: its Python text and the types its value may have.

What is known of types beforehand need not be asked when a condition runs: what `length()` gives is a number.
"""

from typing import Any, NamedTuple

NULL, BOOLEAN, NUMBER, TEXT, LIST, OBJECT = 1, 2, 4, 8, 16, 32
ANY = NULL | BOOLEAN | NUMBER | TEXT | LIST | OBJECT


class Term(NamedTuple):
    """`atomic`: a name, which may be written more than once; another text is pure, and is written once."""

    text: str
    types: int
    atomic: bool = True
    literal: bool = False
    value: Any = None


ROOT = Term("r", ANY)
NOTHING = Term("None", NULL, literal=True)


def truth(term: Term) -> str:
    """A Python test that is true when JMESPath takes the value for true: of what Python takes for false, numbers are true."""
    if not term.types & NUMBER:
        return term.text
    if term.types == NUMBER:
        return "True"
    return f"({term.text} or type({term.text}) is int or type({term.text}) is float)"


def is_number(term: Term) -> str:
    """A Python test for a number; true and false are none."""
    return f"(type({term.text}) is float or type({term.text}) is int)"
