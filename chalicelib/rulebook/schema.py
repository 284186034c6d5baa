"""schema: the JSON Schema (2020-12) of the files marketers write, generated from the models, so that an editor completes."""

import json

from ..model.written import Written
from .audience import Audience
from .brand import Brand
from .identifiers import DeclaredIdentifiers
from .rule import Rule

SCHEMAS: dict[str, type[Written]] = {"rule": Rule, "brand": Brand, "identifiers": DeclaredIdentifiers, "audience": Audience}


def schema_text(model: type[Written]) -> str:
    """The schema of a file as text, the same each time."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema(mode="validation")}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
