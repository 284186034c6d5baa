"""scope: what a condition sees, by name."""

from collections.abc import Callable, Mapping
from typing import Any

from .known import Known


class Scope(dict[str, Any]):
    """What a condition sees. `known` answers what functions ask beyond it; without one, nobody can say.

    What is costly to show is made when it is first asked for (`lazily`, by name): most events are asked about little.
    A name that is not seen is null.
    """

    __slots__ = ("_lazily", "known")

    def __init__(self, seen: Mapping[str, Any], known: Known | None = None, lazily: Mapping[str, Callable[[], Any]] | None = None) -> None:
        super().__init__(seen)
        self.known = known
        self._lazily = dict(lazily) if lazily else None

    def __missing__(self, name: str) -> Any:
        """What is seen under a name that nobody asked for yet."""
        if self._lazily and name in self._lazily:
            self[name] = made = self._lazily.pop(name)()
            return made
        return None

    def get(self, name: str, default: Any = None) -> Any:
        """What is seen under a name."""
        if self._lazily and name in self._lazily:
            return self[name]
        return super().get(name, default)

    def whole(self) -> Any:
        """All that is seen, as a plain object."""
        for name in list(self._lazily or ()):
            self.get(name)
        return dict(self)


class Document(Scope):
    """A document that is no object, seen as a whole only: a list, a text, a number."""

    __slots__ = ("_document",)

    def __init__(self, document: Any) -> None:
        super().__init__({})
        self._document = document

    def whole(self) -> Any:
        """The document."""
        return self._document


class Nothing(Document):
    """The document null: nothing can be selected of it."""

    __slots__ = ()


def scope_over(document: Any) -> Scope:
    """A scope over any document. Most plain objects need none: what is asked of them is in them."""
    if isinstance(document, Scope):
        return document
    if isinstance(document, dict):
        return Scope(document)
    return Nothing(None) if document is None else Document(document)
