"""consents: what an event says of consent: yes or no, to which topic of which channel, where, and to which version of the text.

A yes said with a public key does not count for a customer whom a trusted source has named, and on channels with double opt-in for nobody
until it is confirmed. A no always counts.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from ..model.consent import ALL_TOPICS, Consent, bound_consents, record_consent
from ..model.customer import Customer
from ..model.event import ENGINE, SUBSCRIPTION_CONFIRMED, Event
from .opt_in import ask, confirm, put_forward
from .turned_away import turn_away

SUBSCRIBED, UNSUBSCRIBED = "Subscribed", "Unsubscribed"
_NAME_LIMIT = 60
_SOURCE_LIMIT = 120
_MOST_TOPICS = 20


@dataclass(frozen=True, slots=True)
class Word:
    """One yes or no. `to_confirm`: whoever passed it on says that it is to be confirmed."""

    channel: str
    topic: str
    agreed: bool
    said_at: str | None = None
    text_version: str | None = None
    to_confirm: bool = False


def take_consents(customer: Customer, event: Event, double_opt_in: Collection[str]) -> list[Event]:
    """Take in an event's words on consent; the events that follow. `double_opt_in`: channels on which a public key's yes is confirmed."""
    if event.name == SUBSCRIPTION_CONFIRMED and event.source == ENGINE:
        confirm(customer, event)
    words = [word for word in _words(event) if len(word.channel) <= _NAME_LIMIT and len(word.topic) <= _NAME_LIMIT]
    asked = [_take(customer, event, word, double_opt_in) for word in words]
    return put_forward(customer, event, {key for key in asked if key is not None})


def _take(customer: Customer, event: Event, word: Word, double_opt_in: Collection[str]) -> str | None:
    """Take in one word; the name of what was only asked for."""
    source = f"{event.source or 'event'} {event.id}" + (f": {word.said_at}" if word.said_at else "")
    consent = Consent("given" if word.agreed else "withdrawn", event.at, source[:_SOURCE_LIMIT], word.text_version)
    if word.agreed and (word.to_confirm or (not event.trusted and word.channel in double_opt_in)):
        return ask(customer, event, word.channel, word.topic, consent)
    if word.agreed and customer.vouched is not None and not event.trusted:
        turn_away(customer, event, f"consents.{word.channel}/{word.topic}")
        return None
    record_consent(customer.consents, word.channel, word.topic, consent)
    bound_consents(customer.consents)
    return None


def _words(event: Event) -> Iterator[Word]:
    """The trait `consents`; of tracks Segment's `Unsubscribed`, and `Subscribed` as its counterpart."""
    if event.type == "identify" and isinstance(event.traits.get("consents"), dict):
        for channel, said in event.traits["consents"].items():
            yield from _words_on(channel, said)
    if event.type == "track" and event.name in (SUBSCRIBED, UNSUBSCRIBED):
        properties = event.properties
        channel, topic = properties.get("channel", "email"), properties.get("topic", ALL_TOPICS)
        if event.name == UNSUBSCRIBED:  # a no is heard even where it is written badly
            channel, topic = "email" if channel is None else channel, ALL_TOPICS if topic is None else topic
        if isinstance(channel, str) and isinstance(topic, str):
            yield Word(channel, topic, event.name == SUBSCRIBED, _text(properties.get("source")), _text(properties.get("text_version")),
                       properties.get("confirm") is True)


def _words_on(channel: str, said: Any) -> Iterator[Word]:
    """`["offers"]` gives topics, `true` and `false` speak for all topics, `{"offers": false}` for one, as does
    `{"offers": {"agreed": true, "text": "2026-03"}}`."""
    match said:
        case bool():
            yield Word(channel, ALL_TOPICS, said)
        case list():
            topics = list(dict.fromkeys(entry for entry in said if isinstance(entry, str)))[:_MOST_TOPICS]
            yield from (Word(channel, topic, True) for topic in topics)
        case dict():
            found = (_word_on(channel, topic, of_topic) for topic, of_topic in said.items())
            yield from [word for word in found if word is not None][:_MOST_TOPICS]


def _word_on(channel: str, topic: str, said: Any) -> Word | None:
    match said:
        case bool():
            return Word(channel, topic, said)
        case {"agreed": bool(agreed)}:
            return Word(channel, topic, agreed, _text(said.get("source")), _text(said.get("text")), said.get("confirm") is True)
    return None


def _text(said: Any) -> str | None:
    """A short text; a number is written out."""
    text = str(said).strip() if isinstance(said, (str, int, float)) and not isinstance(said, bool) else ""
    return text[:_NAME_LIMIT] or None
