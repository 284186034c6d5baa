"""consent: whether a customer agreed to be written to, per channel and topic. Three-valued: given, withdrawn, unknown."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from .separation import each, whole

ConsentStatus = Literal["given", "withdrawn", "unknown"]
ALL_TOPICS = "*"
MOST_CONSENTS = 200
LOCATION = "location"
"""The channel under which customers agree that the shop looks where they are: a consent of its own beside those to be written to."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What was said last: `given` or `withdrawn`, when, where (source and event id), and which version of the text was agreed to."""

    status: Literal["given", "withdrawn"]
    at: int
    source: str
    text_version: str | None = None

    def outweighs(self, other: "Consent | None") -> bool:
        """The later word counts; of two at the same moment the stricter."""
        return other is None or self.at > other.at or (self.at == other.at and self.status == "withdrawn")


Consents = dict[str, Consent]  # by "channel/topic"; the topic "*" speaks for all


def record_consent(consents: Consents, channel: str, topic: str, consent: Consent) -> None:
    """Take in a word on consent unless a later one is known."""
    key = f"{channel}/{topic}"
    if consent.outweighs(consents.get(key)):
        consents[key] = consent


def consent_for(consents: Consents, channel: str, topic: str) -> Consent | None:
    """The word that counts for a channel and topic: the later of the topic's own and the one for all topics."""
    own, general = consents.get(f"{channel}/{topic}"), consents.get(f"{channel}/{ALL_TOPICS}")
    if own is None or general is None:
        return own or general
    return own if own.outweighs(general) else general


def may_be_located(consents: Consents) -> bool:
    """Whether the customer agreed that the shop looks where they are: for all topics, or for any that was not withdrawn since."""
    topics = [key.partition("/")[2] for key in consents if key.startswith(f"{LOCATION}/")]
    words = (consent_for(consents, LOCATION, topic) for topic in topics)
    return any(word is not None and word.status == "given" for word in words)


def write_consents(consents: Consents) -> dict[str, list[str | int]]:
    """As stored: `[status, when, source, text version]`, without the version when none was given."""
    return {key: [word.status, word.at, word.source, *([] if word.text_version is None else [word.text_version])]
            for key, word in consents.items()}


def read_consents(stored: dict[str, list[Any]]) -> Consents:
    """What `write_consents` wrote."""
    return {key: Consent(*word) for key, word in stored.items()}


def bound_consents(consents: Consents) -> None:
    """Words beyond the bound go, the oldest yes first: to forget a yes is safe, to forget a no is not."""
    while len(consents) > MOST_CONSENTS:
        del consents[min(consents, key=lambda key: (consents[key].status == "withdrawn", consents[key].at, key))]


def lighten_consents(consents: Consents) -> bool:
    """The older half of the yeses goes; a no never does."""
    given = sorted((key for key, consent in consents.items() if consent.status == "given"), key=lambda key: (consents[key].at, key))
    for key in given[:len(given) // 2 + len(given) % 2]:
        del consents[key]
    return bool(given)


def join_consents(mine: Consents, theirs: Consents, now: int) -> Consents:
    """Join the consents of two records of one person: where both have spoken of a topic, be it by a word for all, the stricter wins.

    A withdrawal takes on the moment of the yes that it overrules: the person was known as two, so that yes did not answer it.
    """
    joined: Consents = {}
    for key in sorted({*mine, *theirs}):
        channel, _, topic = key.partition("/")
        words = [word for word in (consent_for(mine, channel, topic), consent_for(theirs, channel, topic)) if word]
        strictest = max(words, key=lambda word: (word.status == "withdrawn", word.at))
        joined[key] = replace(strictest, at=max(word.at for word in words))
    mine.update(joined)
    bound_consents(mine)
    return mine


def separate_consents(before: Any, after: Any, now: Any, theirs: Any) -> tuple[Any, Any]:
    """Two people's consents again, as stored. A withdrawal is never undone: it holds for both, until either says yes anew."""
    stays, back = each(whole)(before, after, now, theirs)
    for key, word in (now or {}).items():
        if word[0] == "withdrawn":
            stays[key] = word
            if key not in back or back[key][0] != "withdrawn" or back[key][1] < word[1]:
                back[key] = word
    return stays, back
