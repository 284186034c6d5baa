"""lint: everything wrong with a rules folder, each problem in one line that says where and what to do."""

import json
from pathlib import Path

from ..model.errors import RuleInvalid
from .loading import TEMPLATES, read_rulebook, read_schema, schema_path
from .rulebook import Rulebook
from .schema import SCHEMAS, schema_text
from .templates import EMAIL_PARTS, check


def find_problems(folder: Path) -> list[RuleInvalid]:
    """All problems, files first, then what only shows when everything is read together."""
    rulebook, problems = read_rulebook(folder)
    if rulebook is None:
        return problems
    return [*problems, *_template_problems(folder, rulebook), *_schema_problems(folder)]


def _template_problems(folder: Path, rulebook: Rulebook) -> list[RuleInvalid]:
    problems = []
    for name, sources in rulebook.templates.items():
        place = folder / TEMPLATES / name
        for part, text in sources.items():
            wrong = check(text, part.endswith(".html"))
            if wrong:
                problems.append(RuleInvalid(f"{place / part}.liquid", wrong, "see https://shopify.github.io/liquid/ for the syntax"))
        locales = {part.split(".")[1] for part in sources if part.count(".") == 2}
        for locale in sorted(locales | {rulebook.brand.locale}):
            for part in EMAIL_PARTS:
                if f"email.{locale}.{part}" not in sources:
                    mend = f"every language needs {', '.join(EMAIL_PARTS)}; {rulebook.brand.locale!r} is the fallback"
                    problems.append(RuleInvalid(f"{place}/email.{locale}.{part}.liquid", "is missing", mend))
    return problems


def _schema_problems(folder: Path) -> list[RuleInvalid]:
    """The generated schemas, where the folder has them, must be those of this version."""
    problems = []
    for name, model in SCHEMAS.items():
        stored = read_schema(folder, name)
        if stored is not None and stored != json.loads(schema_text(model)):
            problems.append(RuleInvalid(str(schema_path(folder, name)), "is of another version", "run `beckon schema` to write it anew"))
    return problems
