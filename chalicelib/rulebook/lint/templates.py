"""templates: files of templates that cannot be read, are too long, are missing, or are nobody's."""

from collections.abc import Iterator

from ...channels.registry import CHANNELS, FIXED_TEXT_CHECKS
from ...model.errors import RuleInvalid
from ..places import problem_of
from ..templates import fixed_text, syntax_mistake
from .book import Book

HTML_PARTS = {name: {part.name for part in channel.PARTS if part.html} for name, channel in CHANNELS.items()}


def is_html(part: str) -> bool:
    """Whether a part (`email.en.html`) is HTML."""
    return part.rpartition(".")[2] in HTML_PARTS.get(part.partition(".")[0], ())


def find_broken(book: Book) -> Iterator[RuleInvalid]:
    """Parts that no message can be made of."""
    for name, sources in book.rulebook.templates.items():
        for part, text in sources.items():
            mistake = syntax_mistake(text, is_html(part))
            if mistake is not None:
                problem, line, column = mistake
                yield problem_of(book.template(name, part), "template-syntax", problem,
                                 "see https://shopify.github.io/liquid/ for the syntax", line, column)
                continue
            too_much = _size_problem(part, text, book)
            if too_much:
                yield problem_of(book.template(name, part), "template-too-long", too_much, "write less, or allow more in brand.json")


def _size_problem(part: str, text: str, book: Book) -> str | None:
    """What is wrong with a part whatever its variables hold: its fixed text alone is too long for its channel."""
    channel, _, rest = part.partition(".")
    measure, fixed = FIXED_TEXT_CHECKS.get((channel, rest.rpartition(".")[2])), fixed_text(text)
    return measure(fixed, book.rulebook.brand.channel(channel)) if measure is not None and fixed is not None else None


def find_parts(book: Book) -> Iterator[RuleInvalid]:
    """Parts that a template lacks, or has and nobody knows, channel by channel."""
    for name, sources in book.rulebook.templates.items():
        used = {channel for rule in book.rules for wording in rule.wordings() if wording.template == name for channel in wording.ways
                if book.rulebook.brand.channel(channel) is not None}
        for channel in sorted(used | {part.partition(".")[0] for part in sources}):
            yield from _missing(book, name, channel) if channel in CHANNELS else _of_no_channel(book, name, channel)


def _of_no_channel(book: Book, name: str, channel: str) -> Iterator[RuleInvalid]:
    for part in book.rulebook.templates[name]:
        if part.partition(".")[0] == channel:
            yield problem_of(book.template(name, part), "template-part-unknown", f"{channel!r} is no channel",
                             f"there are {', '.join(CHANNELS)}")


def _missing(book: Book, name: str, channel: str) -> Iterator[RuleInvalid]:
    sources, fallback = book.rulebook.templates[name], book.rulebook.brand.locale
    own = [part for part in sources if part.startswith(f"{channel}.")]
    parts = CHANNELS[channel].PARTS
    needed = [part.name for part in parts if part.required]
    locales = {part.split(".")[1] for part in own if part.count(".") == 2} | {fallback}
    mend = f"every language needs {', '.join(needed)}; {fallback!r} is the fallback"
    for locale in sorted(locales):
        gone = [f"{channel}.{locale}.{part}" for part in needed if f"{channel}.{locale}.{part}" not in sources]
        if len(gone) == len(needed) > 1:
            yield problem_of(book.template(name, gone[0]), "template-part-missing",
                             f"is missing, as is all of {channel} in {locale!r}", mend)
        else:
            yield from (problem_of(book.template(name, part), "template-part-missing", "is missing", mend) for part in gone)
    for part in own:
        if part.count(".") != 2 or part.rpartition(".")[2] not in {known.name for known in parts}:
            yield problem_of(book.template(name, part), "template-part-unknown", "is no part of a message",
                             f"{channel} has {', '.join(known.name for known in parts)}")


def find_locales(book: Book) -> Iterator[RuleInvalid]:
    """Languages in which a template speaks on one channel and not on another that the same step may take."""
    for name, sources in book.rulebook.templates.items():
        spoken: dict[str, set[str]] = {}
        for part in sources:
            if part.count(".") == 2:
                spoken.setdefault(part.split(".")[0], set()).add(part.split(".")[1])
        used = {channel for rule in book.rules for wording in rule.wordings() if wording.template == name for channel in wording.ways}
        for channel in sorted(used & spoken.keys()):
            others = {locale for other in used - {channel} for locale in spoken.get(other, ())}
            for locale in sorted(others - spoken[channel] - {book.rulebook.brand.locale}):
                yield problem_of(book.template(name, f"{channel}.{locale}.{CHANNELS[channel].PARTS[0].name}"), "template-locale",
                                 f"there is no {channel} in {locale!r}, which the template's other channels speak",
                                 f"write it; until then such readers get it in {book.rulebook.brand.locale!r}")
