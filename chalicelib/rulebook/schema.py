"""schema: the JSON Schema (2020-12) of the files marketers write, generated from the models, so that an editor completes and explains."""

import json
import re
from typing import Any

from ..model.instant import format_duration
from ..model.written import DURATION_PATTERN, Written, title_of
from .audience import Audience
from .brand import Brand
from .identifiers import DeclaredIdentifiers
from .rule import Rule

SCHEMAS: dict[str, type[Written]] = {"rule": Rule, "brand": Brand, "identifiers": DeclaredIdentifiers, "audience": Audience}


def schema_of_file(model: type[Written]) -> dict[str, Any]:
    """The schema of a file."""
    schema = model.model_json_schema(mode="validation")
    for part in (schema, *schema.get("$defs", {}).values()):
        for name, field in part.get("properties", {}).items():
            field.setdefault("title", title_of(re.sub("([A-Z])", r"_\1", name).lower()))  # a field that only refers to a model has none
            if field.get("pattern") == DURATION_PATTERN and "default" in field:
                field["default"] = format_duration(field["default"])  # not as code counts it
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text(model: type[Written]) -> str:
    """The schema of a file as text, the same each time."""
    return json.dumps(schema_of_file(model), indent=2, ensure_ascii=False) + "\n"
