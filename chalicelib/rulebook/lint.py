"""lint: everything wrong with a rules folder, each problem in one line that says where and what to do."""

import json
from collections.abc import Mapping
from pathlib import Path

from ..channels.registry import CHANNELS, FIXED_TEXT_CHECKS, best_proof
from ..model.coupon import CODE_MEND, code_of
from ..model.errors import RuleInvalid
from ..model.event import SUBSCRIPTION_ASKED
from ..triggers.proximity import Proximity
from .coupon_files import coupon_files, lines_of
from .loading import read_rulebook, read_schema, schema_path
from .rule_files import BRAND_FILE, TEMPLATES
from .rulebook import Rulebook
from .schema import SCHEMAS, schema_text
from .templates import check, fixed_text

HTML_PARTS = {name: {part.name for part in channel.PARTS if part.html} for name, channel in CHANNELS.items()}
OFFER_PARTS = ("text", "html", "body")


def find_problems(folder: Path) -> list[RuleInvalid]:
    """All problems, files first, then what only shows when everything is read together."""
    rulebook, problems = read_rulebook(folder)
    if rulebook is None:
        return problems
    return [*problems, *_opt_in_problems(folder, rulebook), *_template_problems(folder, rulebook), *_offer_problems(folder, rulebook),
            *_coupon_problems(folder), *_schema_problems(folder)]


def find_remarks(folder: Path) -> list[RuleInvalid]:
    """What a folder's rules mean otherwise than they read; nothing is wrong with them."""
    rulebook, _ = read_rulebook(folder)
    return [] if rulebook is None else [
        RuleInvalid(f"{folder / rule.id}.json: steps.{number}.send.until", f"{channel} cannot tell that a message was {step.send.until}",
                    f"on {channel} the cascade stops when it was "
                    f"{best_proof(channel, step.send.until, rulebook.tracking(rule.id).clicks)}")
        for rule in rulebook.rules.values() for number, step in enumerate(rule.steps, 1) for channel in step.send.ways[:-1]
        if best_proof(channel, step.send.until, rulebook.tracking(rule.id).clicks) != step.send.until]


def _opt_in_problems(folder: Path, rulebook: Rulebook) -> list[RuleInvalid]:
    """Where a yes must be confirmed, a rule must ask for it: nobody could ever subscribe otherwise."""
    asking = {channel for rule in rulebook.listening.get(SUBSCRIPTION_ASKED, ()) if rule.status == "live" for step in rule.steps
              for channel in step.send.ways}
    return [RuleInvalid(f"{folder / BRAND_FILE}: doubleOptIn", f"no live rule listens to {SUBSCRIPTION_ASKED!r} and writes by {channel}",
                        "add one, as rules/README.md shows under Consent") for channel in rulebook.brand.double_opt_in
            if channel not in asking]


def _template_problems(folder: Path, rulebook: Rulebook) -> list[RuleInvalid]:
    problems = []
    for name, sources in rulebook.templates.items():
        place = folder / TEMPLATES / name
        html = {part for part in sources if part.rpartition(".")[2] in HTML_PARTS.get(part.partition(".")[0], ())}
        for part, text in sources.items():
            wrong = check(text, part in html)
            if wrong:
                problems.append(RuleInvalid(f"{place / part}.liquid", wrong, "see https://shopify.github.io/liquid/ for the syntax"))
                continue
            too_much = _size_problem(part, text, rulebook)
            if too_much:
                problems.append(RuleInvalid(f"{place / part}.liquid", too_much, "write less, or allow more in brand.json"))
        used = {channel for rule in rulebook.rules.values() for step in rule.steps if step.send.template == name
                for channel in step.send.ways}
        for channel in sorted(used | {part.partition(".")[0] for part in sources}):
            problems += _part_problems(place, channel, sources, rulebook.brand.locale)
    return problems


def _size_problem(part: str, text: str, rulebook: Rulebook) -> str | None:
    """What is wrong with a part whatever its variables hold: its fixed text alone is too long for its channel."""
    channel, _, rest = part.partition(".")
    measure, fixed = FIXED_TEXT_CHECKS.get((channel, rest.rpartition(".")[2])), fixed_text(text)
    return measure(fixed, rulebook.brand.channel(channel)) if measure is not None and fixed is not None else None


def _offer_problems(folder: Path, rulebook: Rulebook) -> list[RuleInvalid]:
    """What is offered must stand in what is read."""
    problems = []
    for rule in rulebook.rules.values():
        for name in sorted({step.send.template for step in rule.steps} if rule.offer is not None else ()):
            problems += [RuleInvalid(f"{folder / TEMPLATES / name / part}.liquid", f"does not print the offer of the rule {rule.id!r}",
                                     "write {{ offer.code }} where the reader looks for it")
                         for part, text in rulebook.templates[name].items()
                         if part.rpartition(".")[2] in OFFER_PARTS and "offer.code" not in text]
        near = rule.trigger.stores if isinstance(rule.trigger, Proximity) else []
        if rule.offer is not None and rule.offer.stores and (near is None or set(near) - set(rule.offer.stores)):
            problems.append(RuleInvalid(f"{folder / rule.id}.json: offer.stores", "is not good in every store the trigger fires at",
                                        "let trigger.stores name no other stores than offer.stores"))
    return problems


def _coupon_problems(folder: Path) -> list[RuleInvalid]:
    """Codes for this machine that are none."""
    return [RuleInvalid(f"{path}:{number}", f"{line!r} is no code", f"{CODE_MEND}, one code a line")
            for path in coupon_files(folder) for number, line in lines_of(path) if code_of(line) is None]


def _part_problems(place: Path, channel: str, sources: Mapping[str, str], fallback: str) -> list[RuleInvalid]:
    """Parts that a template lacks, or has and nobody knows, on one channel."""
    if channel not in CHANNELS:
        return [RuleInvalid(f"{place}/{part}.liquid", f"{channel!r} is no channel", f"there are {', '.join(CHANNELS)}")
                for part in sources if part.partition(".")[0] == channel]
    own = [part for part in sources if part.startswith(f"{channel}.")]
    parts = CHANNELS[channel].PARTS
    needed = [part.name for part in parts if part.required]
    locales = {part.split(".")[1] for part in own if part.count(".") == 2} | {fallback}
    missing = [f"{channel}.{locale}.{part}" for locale in sorted(locales) for part in needed if f"{channel}.{locale}.{part}" not in sources]
    unknown = [part for part in own if part.count(".") != 2 or part.rpartition(".")[2] not in {known.name for known in parts}]
    return [*(RuleInvalid(f"{place}/{part}.liquid", "is missing", f"every language needs {', '.join(needed)}; {fallback!r} is the fallback")
              for part in missing),
            *(RuleInvalid(f"{place}/{part}.liquid", "is no part of a message", f"{channel} has {', '.join(known.name for known in parts)}")
              for part in unknown)]


def _schema_problems(folder: Path) -> list[RuleInvalid]:
    """The generated schemas, where the folder has them, must be those of this version."""
    problems = []
    for name, model in SCHEMAS.items():
        stored = read_schema(folder, name)
        if stored is not None and stored != json.loads(schema_text(model)):
            problems.append(RuleInvalid(str(schema_path(folder, name)), "is of another version", "run `beckon schema` to write it anew"))
    return problems
