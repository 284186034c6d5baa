"""text: functions on texts. Letters count as they are written; to compare without capitals, ask `lower(...)`."""

from jmespath.functions import signature

MOST_PARTS = 1_000
_TEXT_OR_NULL = {"types": ["string", "null"]}


class Text:
    """What is null gives null."""

    @signature(_TEXT_OR_NULL)
    def _func_lower(self, text: str | None) -> str | None:
        """The text in small letters."""
        return None if text is None else text.lower()

    @signature(_TEXT_OR_NULL)
    def _func_upper(self, text: str | None) -> str | None:
        """The text in capital letters."""
        return None if text is None else text.upper()

    @signature(_TEXT_OR_NULL)
    def _func_trim(self, text: str | None) -> str | None:
        """The text without spaces before and after it."""
        return None if text is None else text.strip()

    @signature(_TEXT_OR_NULL, {"types": ["string"]})
    def _func_split(self, text: str | None, separator: str) -> list[str] | None:
        """The parts of a text between separators, up to 1,000: split('A, B', ', ') is ['A', 'B']."""
        if text is None:
            return None
        parts = text.split(separator, MOST_PARTS)
        if len(parts) > MOST_PARTS:
            raise ValueError(f"split() gives at most {MOST_PARTS} parts")
        return parts

    @signature(_TEXT_OR_NULL, {"types": ["string"]})
    def _func_matches(self, text: str | None, pattern: str) -> bool | None:
        """Whether the whole text is as the pattern, in which * stands for any letters, or none: matches('b-100', 'b-*') is true."""
        if text is None:
            return None
        first, *others = pattern.split("*")
        if not others:
            return text == pattern
        if not text.startswith(first):
            return False
        place = len(first)
        for part in others[:-1]:  # each as early as it can be: if any way fits, this one does, and no letter is looked at twice
            place = text.find(part, place)
            if place < 0:
                return False
            place += len(part)
        return len(text) - place >= len(others[-1]) and text.endswith(others[-1])
