"""kind: a kind of finding. An `error` must be mended; a `remark` says how something is read, or that it does nothing."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "remark"]


@dataclass(frozen=True, slots=True)
class Kind:
    """`code` names it for machines, `about` says what is found, in a line for people."""

    code: str
    level: Level
    about: str
