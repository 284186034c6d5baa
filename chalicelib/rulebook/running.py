"""running: a bundle as running functions load it: read already, without what only people need, so that a cold start is short.

Everything was checked when it was published, so nothing is compared here.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import ValidationError

from ..conditions.condition import believed
from ..model.canonical import plain_json, read_json
from ..model.errors import RuleInvalid
from ..model.publication import What
from ..model.written import Written
from .audience import Audience
from .brand import Brand
from .bundle import Bundle
from .identifiers import DeclaredIdentifiers
from .index import Index
from .kept_index import index_bytes, index_from
from .rule import Rule
from .rule_files import place_of
from .rulebook import Rulebook

MANY = 500
"""From so many rules on, their index is kept beside them; fewer are read sooner than it."""
FEW = 50  # rules that are put into an index one by one; it is built anew for more
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


def rulebook_from(content: bytes, number: int = 0, *, paused: bool = False, kept: Callable[[], bytes | None] = lambda: None,
                  known: Rulebook | None = None) -> Rulebook:
    """The rulebook. `kept` gives what `index_content` gave, or None; `known`: one that was published earlier, whose rules are taken over
    where they are the same, and whose index where only a few are not. RuleInvalid: this version of Beckon cannot read a part of it."""
    stored = read_json(content)
    found = stored["parts"]
    same = {} if known is None else {name: rule for name, rule in known.rules.items()
                                     if found["rule"].get(name, {}).get("version") == rule.version}
    others = [name for name in {**(known.rules if known else {}), **found["rule"]} if name not in same]
    before = _index_of(known) if len(others) <= FEW else None
    index = index_from(kept() or b"") if before is None and len(found["rule"]) >= MANY else None
    with believed(index is not None):  # this same Beckon made it of these rules, once it had checked them
        rulebook = Rulebook(
            brand=_read(Brand, "brand", found["brand"]["brand"]),
            declared=_read(DeclaredIdentifiers, "identifiers", found["identifiers"].get("identifiers", {})),
            rules={name: same.get(name) or _read(Rule, f"rule {name}", document) for name, document in found["rule"].items()},
            audiences={name: _read(Audience, f"audience {name}", document) for name, document in found["audience"].items()},
            templates=found["template"], digest=stored["name"], number=number, paused=paused)
    if before is not None:
        index = before
        for name in others:
            index = index.with_rule(rulebook.rules[name]) if name in rulebook.rules else index.without(name)
    return rulebook.found_by(index)


def _index_of(known: Rulebook | None) -> Index | None:
    """The index that a few rules can be put into: only one that was built already, as some processes never ask for theirs."""
    index = None if known is None else known.found_with
    return index if isinstance(index, Index) and not index.worn else None


def index_content(content: bytes) -> bytes | None:
    """The index of what `running_content` gave, for processes like this one; None where there are so few rules that none is kept."""
    if len(read_json(content)["parts"]["rule"]) < MANY:
        return None
    return index_bytes(Index.of(rulebook_from(content).rules.values()))


def _read(model: type[Model], place: str, document: Any) -> Model:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise RuleInvalid(f"{place}: {'.'.join(map(str, first['loc']))}", first["msg"], "publish what this version can read") from None
