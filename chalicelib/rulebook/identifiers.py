"""identifiers: the kinds of identifiers a shop adds to the built-in ones, in `rules/identifiers.json`, which may be missing."""

import re

from pydantic import Field, field_validator

from ..model.identifier_kinds import BUILT_IN, IdentifierKind, IdentifierKinds
from ..model.identity import identifier_value
from ..model.written import Written

MOST_DECLARED = 10
_NAME = re.compile(r"[a-z][A-Za-z0-9]{1,39}")


class DeclaredIdentifier(Written):
    """One kind of identifier of this shop: a student card, a number plate, the customer number of the old system."""

    traits: list[str] = Field(min_length=1, max_length=5, examples=[["studentCard", "student_card"]])
    """The traits of identify calls that carry it."""
    pattern: str | None = Field(default=None, max_length=200, examples=["[0-9]{8}"])
    """A regular expression the whole value must match; what does not is no identifier. Spaces around it are taken away before."""

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                re.compile(value)
            except re.error as error:
                raise ValueError(f"is no regular expression: {error}") from None
        return value

    def kind(self, name: str) -> IdentifierKind:
        """The kind as the engine reads it."""
        pattern = re.compile(self.pattern) if self.pattern else None

        def normalise(value: str, country: str | None) -> str | None:
            text = identifier_value(value)
            return None if text is None or (pattern is not None and not pattern.fullmatch(text)) else text

        return IdentifierKind(name, tuple(self.traits), normalise)


class DeclaredIdentifiers(Written):
    """The shop's own kinds, by name (`studentCard`)."""

    schema_: str | None = Field(default=None, alias="$schema", examples=["schema/identifiers.schema.json"])
    """Where the schema lies, from this file: by it an editor completes and explains every field."""
    identifiers: dict[str, DeclaredIdentifier] = Field(
        default={}, max_length=MOST_DECLARED, examples=[{"studentCard": {"traits": ["studentCard"], "pattern": "[0-9]{8}"}}])
    """By the name under which it is known from then on. A built-in kind cannot be declared anew."""

    @field_validator("identifiers")
    @classmethod
    def _new_names(cls, value: dict[str, DeclaredIdentifier]) -> dict[str, DeclaredIdentifier]:
        for name in value:
            if name in BUILT_IN or name in ("userId", "anonymousId", "user", "anonymous", "owner"):
                raise ValueError(f"{name!r} is a built-in kind; call yours otherwise")
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name for a kind; write it in camelCase, up to 40 letters and digits")
        return value

    def kinds(self, country: str | None) -> IdentifierKinds:
        """All kinds this shop knows, in the order in which they are looked at."""
        return IdentifierKinds({**BUILT_IN, **{name: declared.kind(name) for name, declared in self.identifiers.items()}}, country)
