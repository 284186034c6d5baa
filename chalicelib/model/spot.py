"""spot: a place in a file, as editors count: lines and columns from 1, the end exclusive."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """From where to where."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def __str__(self) -> str:
        """As compilers write it, so that terminals and editors find it."""
        return f"{self.file}:{self.line}:{self.column}"


def spot_of(file: str, text: str, start: int, end: int) -> Spot:
    """The place of some characters of a file's text."""
    return Spot(file, *line_and_column(text, start), *line_and_column(text, max(start, end)))


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """The line and column of a character."""
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1
