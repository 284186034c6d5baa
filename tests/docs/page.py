"""page: a Markdown page taken apart: its headings, its fenced blocks by what they are called, its tables."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```(?P<language>\w+)(?: (?P<name>[\w.-]+))?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, the word after it, its text, and the line it begins in."""

    language: str
    name: str | None
    text: str
    line: int


class Page:
    """A page of documentation."""

    def __init__(self, path: Path) -> None:
        self.text = path.read_text("utf-8")

    def blocks(self, language: str, name: str | None = None) -> list[Block]:
        """The blocks of a language, and of a name if one is given."""
        found = [Block(match["language"], match["name"], match["text"], self.text.count("\n", 0, match.start()) + 1)
                 for match in _BLOCK.finditer(self.text)]
        return [block for block in found if block.language == language and name in (None, block.name)]

    def headings(self) -> set[str]:
        """Headings by their letters alone: `Quiet hours` and `quiet_hours` are one."""
        return {letters(heading) for heading in _HEADING.findall(_BLOCK.sub("", self.text))}

    def first_cells(self, heading: str) -> list[str]:
        """The code words in the first column of the tables under a heading."""
        section = re.split(r"^#+ ", re.split(rf"^##+ {heading}\n", self.text, maxsplit=1, flags=re.MULTILINE)[1], maxsplit=1,
                           flags=re.MULTILINE)[0]
        return [word for cell in re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE) for word in re.findall(r"`([^`]+)`", cell)]


def letters(name: str) -> str:
    """A name without spaces, hyphens, underscores and capitals."""
    return re.sub(r"[^a-z]", "", name.lower())
