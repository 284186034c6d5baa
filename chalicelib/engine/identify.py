"""identify: what an event tells about the person: ids, traits, language, time zone, consent, receipts.

The keys of browsers and apps can be read by anybody, so what they say has bounds once a trusted source (the shop's server, or a signed
call) has said who a person is: it gives no consent, and it changes no address that a trusted source gave. To withdraw consent
everybody is trusted: silence is the safe side.
"""

from collections.abc import Collection

from ..model.customer import MOST_ANONYMOUS_IDS, Customer
from ..model.event import FREQUENCY_CHOSEN, Event
from ..model.held import HeldIdentifier, hold
from ..model.identifier_kinds import STANDARD, IdentifierKinds
from ..model.identity import identifier_value
from ..model.instant import DAY, parse_duration
from ..model.traits import ADDRESSES, MOST_TRAITS, bound_traits, take_address, take_word
from .consents import take_consents
from .receipts import take_receipt
from .turned_away import turn_away

_NAME_LIMIT = 60
_MOST_EXTERNAL_IDS = 20

LONGEST_PACE = 90 * DAY


def identify(customer: Customer, event: Event, kinds: IdentifierKinds = STANDARD, double_opt_in: Collection[str] = ()) -> list[Event]:
    """Take in who the event is about; the events that follow. Of two words on the same thing the later counts, whichever arrived first.

    `double_opt_in`: the channels on which a yes said with a public key must be confirmed.
    """
    if event.is_news:
        return []
    customer.first_seen = min(customer.first_seen or event.at, event.at)
    customer.last_seen = max(customer.last_seen, event.at)
    if event.user_id and customer.user_id is None:
        customer.user_id = event.user_id
    anonymous = event.anonymous_id if event.type == "identify" or not event.user_id else None
    if anonymous and anonymous not in customer.anonymous_ids and len(customer.anonymous_ids) < MOST_ANONYMOUS_IDS:
        customer.anonymous_ids.append(anonymous)
    for name in ("locale", "timezone"):
        value = event.context.get(name)
        if isinstance(value, str) and 0 < len(value) <= _NAME_LIMIT:
            take_word(customer.seen, name, value, event.at)
    for kind, value in identifiers_in(event, kinds):
        hold(customer.held, kind, HeldIdentifier(value, event.at, event.trusted))
    if event.type == "identify":
        if event.trusted and event.user_id:
            customer.vouched = min(customer.vouched or event.at, event.at)
        _take_traits(customer, event)
    if event.type == "track":
        take_receipt(customer, event, kinds)
        _take_frequency(customer, event)
    return take_consents(customer, event, double_opt_in)


def identifiers_in(event: Event, kinds: IdentifierKinds) -> list[tuple[str, str | None]]:
    """(kind, value) of every identifier an event gives beside user and anonymous id; None says that there is none any more.

    They stand in the traits of an identify, in `context.externalIds` (https://segment.com/docs/engage/ external ids: `[{id, type}]`), and
    for push in `context.device.token`. What identifies nobody is left out.
    """
    found: list[tuple[str, str | None]] = []
    if event.type == "identify":
        for kind in kinds.kinds.values():
            for trait in kind.traits:
                if trait in event.traits:
                    said = event.traits[trait]
                    value = kinds.value(kind.name, said)
                    if value is not None or said is None or said == "":
                        found.append((kind.name, value))
    context = event.context
    external = context.get("externalIds")
    for entry in external[:_MOST_EXTERNAL_IDS] if isinstance(external, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("type"), str):
            value = kinds.value(entry["type"], entry.get("id"))
            if value is not None:
                found.append((entry["type"], value))
    device = context.get("device")
    token = identifier_value(device.get("token")) if isinstance(device, dict) else None
    return found if token is None else [*found, ("pushToken", token)]


def _take_frequency(customer: Customer, event: Event) -> None:
    """How often the customer wants to hear from the shop; a word that cannot be read changes nothing."""
    if event.name != FREQUENCY_CHOSEN or not event.trusted:
        return
    every = event.properties.get("every")
    if every is None:
        take_word(customer.chosen, "every", 0, event.at)
    elif isinstance(every, str):
        try:
            take_word(customer.chosen, "every", min(parse_duration(every), LONGEST_PACE), event.at)
        except ValueError:
            return


def _take_traits(customer: Customer, event: Event) -> None:
    for name, value in event.traits.items():
        if name == "consents":
            continue
        if name in ADDRESSES:
            word = [value, event.at, 1] if event.trusted else [value, event.at]
            if not take_address(customer.said, name, word):
                turn_away(customer, event, f"traits.{name}")
        elif name in customer.said or len(customer.said) < MOST_TRAITS:
            take_word(customer.said, name, value, event.at)
    bound_traits(customer.said)
