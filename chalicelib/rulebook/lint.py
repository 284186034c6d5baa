"""lint: everything wrong with a rules folder, each problem in one line that says where and what to do."""

import json
from pathlib import Path

from ..model.errors import RuleInvalid
from ..model.event import SUBSCRIPTION_ASKED
from .loading import BRAND_FILE, TEMPLATES, read_rulebook, read_schema, schema_path
from .rulebook import Rulebook
from .schema import SCHEMAS, schema_text
from .templates import EMAIL_PARTS, check


def find_problems(folder: Path) -> list[RuleInvalid]:
    """All problems, files first, then what only shows when everything is read together."""
    rulebook, problems = read_rulebook(folder)
    if rulebook is None:
        return problems
    return [*problems, *_opt_in_problems(folder, rulebook), *_template_problems(folder, rulebook), *_schema_problems(folder)]


def _opt_in_problems(folder: Path, rulebook: Rulebook) -> list[RuleInvalid]:
    """Where a yes must be confirmed, a rule must ask for it: nobody could ever subscribe otherwise."""
    asking = {step.send.channel for rule in rulebook.listening.get(SUBSCRIPTION_ASKED, ()) if rule.status == "live" for step in rule.steps}
    return [RuleInvalid(f"{folder / BRAND_FILE}: doubleOptIn", f"no live rule listens to {SUBSCRIPTION_ASKED!r} and writes by {channel}",
                        "add one, as rules/README.md shows under Consent") for channel in rulebook.brand.double_opt_in
            if channel not in asking]


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
