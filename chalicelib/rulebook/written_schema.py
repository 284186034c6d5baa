"""written_schema: what a document of a model may have at each of its places, by the model's JSON Schema: for advice on mistakes in it."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ..model.written import Written
from .source import Path

Schema = dict[str, Any]
DURATION = "^([0-9]+[smhd])+$"
CLOCK_TIME = "^([01][0-9]|2[0-3]):[0-5][0-9]$"


class WrittenSchema:
    """The schema of a kind of file."""

    def __init__(self, model: type[Written]) -> None:
        self._whole: Schema = model.model_json_schema(mode="validation")

    def at(self, document: Any, path: Path) -> list[Schema]:
        """What may stand at a place: of several kinds the one that the document says it is, else all."""
        found = list(self._kinds(self._whole, document))
        for part in path:
            document = _within(document, part)
            found = [kind for schema in found for below in _below(schema, part) for kind in self._kinds(below, document)]
        return found

    def fields(self, document: Any, path: Path) -> dict[str, Schema]:
        """The fields an object may have at a place."""
        return {name: below for schema in self.at(document, path) for name, below in schema.get("properties", {}).items()}

    def homes(self, name: str) -> list[Path]:
        """Where a field of this name is known, the shortest way first."""
        return sorted(set(self._homes(self._whole, name, (), ())), key=lambda path: (len(path), path))

    def _homes(self, schema: Schema, name: str, path: Path, seen: tuple[str, ...]) -> Iterator[Path]:
        if schema.get("title") in seen or len(path) > 4:
            return
        for kind in self._kinds(schema, None):
            below = kind.get("properties", {})
            if name in below:
                yield path
            for field, inner in below.items():
                if field != "examples":  # in which anything may stand
                    yield from self._homes(inner, name, (*path, field), (*seen, str(kind.get("title"))))
            if "items" in kind:
                yield from self._homes(kind["items"], name, path, seen)

    def _kinds(self, schema: Schema, value: Any) -> Iterator[Schema]:
        """A schema without references and alternatives; null is none."""
        said: Schema = {name: schema[name] for name in ("description", "examples", "default") if name in schema}
        if "$ref" in schema:
            target = self._whole["$defs"][schema["$ref"].rpartition("/")[2]]
            yield from self._kinds({**target, **said}, value)
            return
        branches = schema.get("anyOf") or schema.get("oneOf")
        if not branches:
            if schema.get("type") != "null":
                yield schema
            return
        told = schema.get("discriminator")
        chosen = told["mapping"].get(value.get(told["propertyName"])) if told and isinstance(value, dict) else None
        for branch in [{"$ref": chosen}] if chosen else branches:
            yield from self._kinds({**branch, **said}, value)


@lru_cache(maxsize=16)
def schema_of(model: type[Written]) -> WrittenSchema:
    """The schema of a model, made once."""
    return WrittenSchema(model)


def _within(document: Any, part: str | int) -> Any:
    try:
        return document[part]
    except (KeyError, IndexError, TypeError):
        return None


def _below(schema: Schema, part: str | int) -> list[Schema]:
    if isinstance(part, int):
        return [schema["items"]] if "items" in schema else []
    known = schema.get("properties", {}).get(part)
    more = schema.get("additionalProperties")
    return [known] if known is not None else [more] if isinstance(more, dict) else []
