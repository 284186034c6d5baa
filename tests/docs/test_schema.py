"""test_schema: the generated schemas complete and explain every field, and say of themselves nothing that is not so."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from chalicelib.rulebook.schema import SCHEMAS, schema_text

from .page import ROOT

Schema = dict[str, Any]
FREE = {"string", "number", "integer", "array", "object"}
RULES = sorted(path for path in [*(ROOT / "rules").glob("*.json"), *(ROOT / "rules" / "audiences").glob("*.json")])


@cache
def whole(name: str) -> Schema:
    """The schema of a kind of file, as an editor reads it."""
    schema: Schema = json.loads(schema_text(SCHEMAS[name]))
    return schema


def models(name: str) -> Iterator[tuple[str, Schema]]:
    """The file itself and all that stands in it."""
    schema = whole(name)
    yield name, schema
    yield from schema.get("$defs", {}).items()


def fields() -> list[Any]:
    """Every field: its file, its model, its name and its schema, and whether it is needed."""
    return [pytest.param(file, schema, field in part.get("required", []), id=f"{file}: {model}.{field}")
            for file in SCHEMAS for model, part in models(file) for field, schema in part.get("properties", {}).items()]


def written_freely(schema: Schema) -> list[Schema]:
    """What of a field is neither chosen from a list, nor yes or no, nor a model of its own."""
    branches = [branch for part in schema.get("anyOf", [schema]) for branch in part.get("anyOf", [part])]
    return [branch for branch in branches if branch.get("type") in FREE and not {"enum", "const"} & branch.keys()]


@pytest.mark.parametrize(("file", "schema", "needed"), fields())
def test_a_field_is_named_explained_and_shown(file: str, schema: Schema, needed: bool) -> None:
    assert schema["title"]
    assert len(schema.get("description", "")) >= 5, "write a docstring below it"
    assert needed or "default" in schema, "say what it is without it"
    free = written_freely(schema)
    assert not free or any(part.get("examples") for part in (schema, *free)), "give it examples"


@pytest.mark.parametrize(("file", "schema", "needed"), fields())
def test_what_a_field_shows_may_be_written_there(file: str, schema: Schema, needed: bool) -> None:
    validator = Draft202012Validator({**schema, "$defs": whole(file).get("$defs", {})})
    for shown in [*schema.get("examples", []), *([schema["default"]] if "default" in schema else [])]:
        validator.validate(shown)


@pytest.mark.parametrize("file", SCHEMAS)
def test_every_model_is_explained_and_the_schema_is_one(file: str) -> None:
    Draft202012Validator.check_schema(whole(file))
    assert [model for model, part in models(file) if "properties" in part and not part.get("description")] == []


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_file_of_the_folder_names_its_schema_and_fulfils_it(path: Any) -> None:
    document = json.loads(path.read_text("utf-8"))
    schema = json.loads((path.parent / document["$schema"]).read_text("utf-8"))
    Draft202012Validator(schema).validate(document)
