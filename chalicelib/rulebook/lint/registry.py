"""registry: every kind of finding, and every check. A new kind is one line here, its check, and tests/vectors/lint/<code>.json."""

from collections.abc import Callable, Iterator

from ...model.errors import RuleInvalid
from . import coupons, evidence, offers, opt_in, schemas, templates
from .book import Book
from .kind import Kind

KINDS: dict[str, Kind] = {kind.code: kind for kind in (
    Kind("missing-file", "error", "`brand.json` is missing"),
    Kind("not-utf8", "error", "a file is not saved as UTF-8"),
    Kind("json-empty", "error", "a file has nothing in it"),
    Kind("json-missing-comma", "error", "a comma is missing between two fields or entries"),
    Kind("json-extra-comma", "error", "a comma has nothing after it"),
    Kind("json-missing-colon", "error", "a colon is missing after a field's name"),
    Kind("json-missing-value", "error", "a field has a name and no value, or a value and no name"),
    Kind("json-missing-quotes", "error", "a text or a name stands without its quotes"),
    Kind("json-quote-inside", "error", "a quote in a text ends it too early"),
    Kind("json-smart-quotes", "error", "a word processor has made quotes curly"),
    Kind("json-single-quotes", "error", "texts stand in single quotes"),
    Kind("json-brackets", "error", "a bracket is not closed, or closed once too often"),
    Kind("json-comment", "error", "a comment, which JSON does not have"),
    Kind("json-duplicate-key", "error", "a field stands twice"),
    Kind("json-number", "error", "a number is written otherwise than JSON has it"),
    Kind("json-word", "error", "True, None, yes and the like"),
    Kind("json-escape", "error", "a backslash or a tab in a text"),
    Kind("json-unexpected", "error", "something else that is not JSON"),
    Kind("unknown-field", "error", "a field that there is not"),
    Kind("missing-field", "error", "a field that must be there is not"),
    Kind("wrong-type", "error", "a text for a number, one thing for a list"),
    Kind("not-one-of", "error", "a word that is none of those that are known"),
    Kind("bad-duration", "error", "a duration written otherwise than `90m`"),
    Kind("bad-time", "error", "a time of day written otherwise than `09:00`"),
    Kind("out-of-range", "error", "a number or duration too small or too large, a text too long"),
    Kind("bad-value", "error", "another value that its field does not take, or fields that exclude each other"),
    Kind("id-and-file", "error", "a file is called otherwise than what is in it"),
    Kind("condition-number", "error", "a number in a condition without backticks"),
    Kind("condition-text", "error", "a text in a condition without single quotes"),
    Kind("condition-operator", "error", "`=`, `and`, `<>`, `+` and the like"),
    Kind("condition-brackets", "error", "a bracket in a condition is not closed"),
    Kind("condition-function", "error", "a function that there is not"),
    Kind("condition-arguments", "error", "a function is given too few things, or too many"),
    Kind("condition-past", "error", "`happened` and the like are asked what they cannot answer"),
    Kind("condition-not", "error", "`!` before a name with a dot"),
    Kind("condition-root", "error", "a condition asks for what it never sees"),
    Kind("condition-size", "error", "a condition is too long or too deep"),
    Kind("condition-syntax", "error", "something else that is no condition"),
    Kind("unknown-template", "error", "a template that there is not"),
    Kind("unknown-audience", "error", "an audience that there is not"),
    Kind("unknown-cost", "error", "a budget in money, and a channel that `costs` of `brand.json` does not tell of, or in another currency"),
    Kind("channel-not-set-up", "error", "a channel that `brand.json` says nothing of"),
    Kind("no-confirmation", "error", "double opt-in without a rule that asks for the confirmation"),
    Kind("template-syntax", "error", "a template that cannot be read"),
    Kind("template-too-long", "error", "a text too long for its channel whatever its variables hold"),
    Kind("template-part-missing", "error", "a language, or a part of one, that a template must have"),
    Kind("template-part-unknown", "error", "a file of a template that no message is made of"),
    Kind("template-locale", "remark", "a language on one channel of a template and not on another"),
    Kind("offer-not-printed", "error", "a template does not print what its rule offers"),
    Kind("offer-stores", "error", "an offer that is not good where its rule fires"),
    Kind("coupon-code", "error", "a line of a coupon file that is no code"),
    Kind("unknown-pool", "remark", "a coupon pool that no file of the folder fills, where there are such files"),
    Kind("schema-outdated", "error", "the folder's schemas are of another version"),
    Kind("weak-evidence", "remark", "a cascade waits for what a channel cannot tell"),
)}

CHECKS: tuple[Callable[[Book], Iterator[RuleInvalid]], ...] = (
    opt_in.find, templates.find_broken, templates.find_parts, templates.find_locales, offers.find, coupons.find_codes, coupons.find_pools,
    schemas.find, evidence.find,
)
