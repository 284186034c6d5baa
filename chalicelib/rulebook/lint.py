"""lint: everything wrong with a rules folder, each problem in one line that says where and what to do."""

import json
from pathlib import Path

from ..model.coupon import CODE_MEND, code_of
from ..model.errors import RuleInvalid
from ..model.event import SUBSCRIPTION_ASKED
from .coupon_files import coupon_files, lines_of
from .loading import BRAND_FILE, TEMPLATES, read_rulebook, read_schema, schema_path
from .rulebook import Rulebook
from .schema import SCHEMAS, schema_text
from .templates import EMAIL_PARTS, check

OFFER_PARTS = ("text", "html")


def find_problems(folder: Path) -> list[RuleInvalid]:
    """All problems, files first, then what only shows when everything is read together."""
    rulebook, problems = read_rulebook(folder)
    if rulebook is None:
        return problems
    return [*problems, *_opt_in_problems(folder, rulebook), *_template_problems(folder, rulebook), *_offer_problems(folder, rulebook),
            *_coupon_problems(folder), *_schema_problems(folder)]


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


def _offer_problems(folder: Path, rulebook: Rulebook) -> list[RuleInvalid]:
    """What is offered must stand in what is read."""
    problems = []
    for rule in rulebook.rules.values():
        for name in sorted({step.send.template for step in rule.steps} if rule.offer is not None else ()):
            problems += [RuleInvalid(f"{folder / TEMPLATES / name / part}.liquid", f"does not print the offer of the rule {rule.id!r}",
                                     "write {{ offer.code }} where the reader looks for it")
                         for part, text in rulebook.templates[name].items()
                         if part.rpartition(".")[2] in OFFER_PARTS and "offer.code" not in text]
    return problems


def _coupon_problems(folder: Path) -> list[RuleInvalid]:
    """Codes for this machine that are none."""
    return [RuleInvalid(f"{path}:{number}", f"{line!r} is no code", f"{CODE_MEND}, one code a line")
            for path in coupon_files(folder) for number, line in lines_of(path) if code_of(line) is None]


def _schema_problems(folder: Path) -> list[RuleInvalid]:
    """The generated schemas, where the folder has them, must be those of this version."""
    problems = []
    for name, model in SCHEMAS.items():
        stored = read_schema(folder, name)
        if stored is not None and stored != json.loads(schema_text(model)):
            problems.append(RuleInvalid(str(schema_path(folder, name)), "is of another version", "run `beckon schema` to write it anew"))
    return problems
