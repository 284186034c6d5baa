"""running: a bundle as running functions load it: read already, without what only people need, so that a cold start is short.

Everything was checked when it was published, so nothing is compared here.
"""

from typing import Any, TypeVar

from pydantic import ValidationError

from ..model.canonical import plain_json, read_json
from ..model.errors import RuleInvalid
from ..model.publication import What
from ..model.written import Written
from .audience import Audience
from .brand import Brand
from .bundle import Bundle
from .identifiers import DeclaredIdentifiers
from .rule import Rule
from .rule_files import place_of
from .rulebook import Rulebook

Model = TypeVar("Model", bound=Written)


def running_content(bundle: Bundle) -> bytes:
    """What `rulebook_from` reads: documents by kind and name; rules with their versions and without their examples."""
    found: dict[What, dict[str, Any]] = {"brand": {}, "identifiers": {}, "rule": {}, "audience": {}, "template": {}}
    for path, text in bundle.files.items():
        what, name = place_of(path)
        if what == "template":
            found[what].setdefault(name, {})[path.rpartition("/")[2].removesuffix(".liquid")] = text
        else:
            document = read_json(text.encode())
            found[what][name] = {part: value for part, value in document.items() if part not in ("$schema", "examples")}
    for id, rule in found["rule"].items():
        rule["version"] = bundle.version(id)
    return plain_json({"name": bundle.name, "parts": found})


def rulebook_from(content: bytes, number: int = 0, *, paused: bool = False) -> Rulebook:
    """The rulebook. RuleInvalid: this version of Beckon cannot read a part of it."""
    stored = read_json(content)
    found = stored["parts"]
    return Rulebook(
        brand=_read(Brand, "brand", found["brand"]["brand"]),
        declared=_read(DeclaredIdentifiers, "identifiers", found["identifiers"].get("identifiers", {})),
        rules={name: _read(Rule, f"rule {name}", document) for name, document in found["rule"].items()},
        audiences={name: _read(Audience, f"audience {name}", document) for name, document in found["audience"].items()},
        templates=found["template"], digest=stored["name"], number=number, paused=paused)


def _read(model: type[Model], place: str, document: Any) -> Model:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise RuleInvalid(f"{place}: {'.'.join(map(str, first['loc']))}", first["msg"], "publish what this version can read") from None
