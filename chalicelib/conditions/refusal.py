"""refusal: what is wrong with a condition's text: which characters, why, and what to write in their place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """`code` names the kind; `start` and `end` (exclusive) are characters of the condition's text."""

    code: str
    problem: str
    mend: str
    start: int = 0
    end: int = 0

    def __str__(self) -> str:
        """Problem and mend."""
        return f"{self.problem} - {self.mend}"


class ConditionRefused(ValueError):
    """A field holds a condition that a rule cannot have. A ValueError, so that it becomes an error of the field."""

    def __init__(self, text: str, mistake: Mistake) -> None:
        self.text, self.mistake = text, mistake
        super().__init__(str(mistake))
