"""shapes: what a row of a file of customers, consents or suppressions says, as the engine takes it. Every ValueError tells the mend."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.consents import SUBSCRIBED, UNSUBSCRIBED
from ..model.canonical import canonical_json, digest
from ..model.consent import ALL_TOPICS
from ..model.identifier_kinds import BUILT_IN, CHANNEL_KIND
from .calls_file import cell_value, put
from .cells import OWN_KIND, Cells, channel_of, identifier_cell, moment, reason_of, status_of, stripped, text_of, topic_of
from .columns import CHANNELS, IDENTIFIERS, TRAITS, WHERE, fields_of, letters, trait_of
from .rows_file import Document

_MOST_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of file. `needs` names the fields of which the columns, or `--with`, must say one each; `may` what `--with` may say."""

    kind: str
    needs: Mapping[str, tuple[str, ...]]
    may: tuple[str, ...]
    read: Callable[[Cells], list[Document]]
    rest_is_used: bool = False

    def unused(self, columns: list[str]) -> list[str]:
        """The columns that say nothing here."""
        used = {column for named in fields_of(tuple(columns), self.kind).values() for column in named}
        return [] if self.rest_is_used else [column for column in columns if column not in used and not column.startswith(OWN_KIND)]

    def check(self, columns: list[str], given: Mapping[str, str]) -> None:
        """ValueError when no row under these columns can be used."""
        there = {*fields_of(tuple(columns), self.kind), *given, *(OWN_KIND for column in columns if column.startswith(OWN_KIND))}
        for what, fields in self.needs.items():
            if there.isdisjoint(fields):
                ways = f"add a column {fields[0]}" + (f", or --with {fields[0]}=..." if fields[0] in self.may else "")
                raise ValueError(f"no column says {what} - {ways}")

    def documents(self, row: Document, given: Mapping[str, str]) -> list[Document]:
        """What the row asks for; nothing where it says nothing. ValueError tells what is wrong with it."""
        try:
            flat = _flat(row)
            return self.read(Cells(flat, fields_of(tuple(flat), self.kind), given))
        except (TypeError, RecursionError):
            raise ValueError("holds a number that is none, or is nested too deeply - leave that out") from None


def _customer(cells: Cells) -> list[Document]:
    """An identify call. Columns that are no field known here are traits as they are."""
    traits: Document = {}
    for kind in IDENTIFIERS:
        value = identifier_cell(kind, cells.own(kind))
        if value is not None:
            traits[BUILT_IN[kind].traits[0]] = value
    channel, address = CHANNELS.get(letters(str(cells.own("channel")))), cells.own("address")
    endpoint = channel is not None and address is not None  # else `Address` is where the person lives
    if channel is not None and endpoint:
        traits.setdefault(BUILT_IN[CHANNEL_KIND[channel]].traits[0], identifier_cell(CHANNEL_KIND[channel], address))
    for field in TRAITS:
        value = cells.own(field)
        if value is not None:
            traits[field] = _tags(value) if field == "tags" else moment(field, value) if field == "createdAt" else value
    used = {column for field, named in cells.fields.items() if endpoint or field not in WHERE for column in named}
    for column, cell in cells.row.items():
        value = stripped(cell)
        if column not in used and value is not None and (column, value) != ("type", "identify"):
            _put_trait(traits, column, cell_value(value) if isinstance(value, str) else value)
    at = cells.own("at", "createdAt", "since")
    call: Document = {"type": "identify", "timestamp": moment("at", cells.given.get("at") if at is None else at), "traits": traits}
    for field in ("userId", "anonymousId"):
        value = cells.own(field)
        if value is not None:
            call[field] = text_of(value)
    return [_with_id("customers", call)]


def _consents(cells: Cells) -> list[Document]:
    """A `Subscribed` or `Unsubscribed` call for each channel the row speaks of."""
    words: list[tuple[str, str, Any]] = []
    status = "withdrawn" if _opted_out(cells) else status_of(cells.said("status"))
    if status != "unknown":
        channel = cells.said("channel")
        if channel is None:
            raise ValueError("does not say the channel - add a column channel, or --with channel=email")
        times = ("withdrawnAt", "at", "changedAt") if status == "withdrawn" else ("at", "givenAt", "changedAt")
        words.append((channel_of(channel), status, cells.own(*times)))
    for channel in CHANNEL_KIND:
        status = status_of(cells.own(f"{channel} status"))
        if status != "unknown":
            words.append((channel, status, cells.own(f"{channel} at", "at")))
    return [_consent(cells, channel, status, cells.given.get("at") if at is None else at) for channel, status, at in words]


def _consent(cells: Cells, channel: str, status: str, at: Any) -> Document:
    topic = cells.said("topic")
    properties = {"channel": channel, "topic": ALL_TOPICS if topic is None else topic_of(topic)}
    for name, field in (("source", "source"), ("text_version", "textVersion")):
        value = cells.said(field)
        if value is not None:
            properties[name] = text_of(value)
    return _with_id("consents", {"type": "track", "event": SUBSCRIBED if status == "given" else UNSUBSCRIBED,
                                 "timestamp": moment("at", at), **_who(cells, channel), "properties": properties})


def _opted_out(cells: Cells) -> bool:
    """Whether another column than the status says no: Mailchimp's `UNSUB_TIME`, Pinpoint's `OptOut: ALL`. `NONE` there is no yes."""
    return cells.own("withdrawnAt") is not None or letters(str(cells.own("optOut"))) in ("all", "yes", "true", "1")


def _who(cells: Cells, channel: str) -> Document:
    """The person a word of consent is of: the user id, else what the channel writes to, else any other identifier."""
    user = cells.own("userId")
    if user is not None:
        return {"userId": text_of(user)}
    own = CHANNEL_KIND[channel]
    found = {kind: value for kind in (own, *IDENTIFIERS) if (value := identifier_cell(kind, cells.own(kind))) is not None}
    if own not in found and cells.own("address") is not None and cells.said("channel") is not None:
        found = {own: identifier_cell(own, cells.own("address")), **found}
    declared = {column.removeprefix(OWN_KIND): value for column, cell in cells.row.items()
                if column.startswith(OWN_KIND) and (value := stripped(cell)) is not None}
    for kind, value in {**found, **declared}.items():
        return {"context": {"externalIds": [{"id": value, "type": kind, "collection": "users", "encoding": "none"}]}}
    device = cells.own("anonymousId")
    if device is None:
        raise ValueError("does not say who - give userId, or an e-mail address, a telephone or a card")
    return {"anonymousId": text_of(device)}


def _suppression(cells: Cells) -> list[Document]:
    """An entry of the suppression list."""
    named = {kind: value for kind in IDENTIFIERS if BUILT_IN[kind].channel and (value := cells.own(kind)) is not None}
    said, address = cells.said("channel"), cells.own("address")
    if said is None and len(named) != 1:
        raise ValueError(("says several addresses" if named else "does not say the channel")
                         + " - add a column channel, or --with channel=email")
    channel = str(BUILT_IN[next(iter(named))].channel) if said is None else channel_of(said)
    kind = CHANNEL_KIND[channel]
    address = named.get(kind, address)
    if address is None:
        raise ValueError(f"has no address for {channel} - fill the column {kind}")
    reason = cells.own("reason")
    if reason is None:
        implied = (("bounce", "bouncedAt"), ("unsubscribed", "unsubscribedAt"))  # Mailchimp's files say the time only
        reason = next((word for word, field in implied if cells.own(field) is not None), cells.given.get("reason"))
    if reason is None:
        raise ValueError("does not say the reason - write bounce, complaint or unsubscribed, or --with reason=bounce")
    at = cells.own("at", "bouncedAt", "unsubscribedAt")
    entry = {"channel": channel, "address": text_of(address), "reason": reason_of(reason),
             "at": moment("at", cells.given.get("at") if at is None else at)}
    topic = cells.said("topic")
    return [entry if topic is None else {**entry, "topic": topic_of(topic)}]


def _tags(value: Any) -> Any:
    if not isinstance(value, str):
        return value if isinstance(value, list) else [value]
    return [tag for part in value.split(",") if (tag := part.strip().strip('"'))]


def _put_trait(traits: Document, column: str, value: Any) -> None:
    first, *path = trait_of(column).split(".")
    if not path and first in traits:
        raise ValueError(f"column {column!r} says {first} once more - take one of the two away")
    traits[first] = put(traits.get(first), path, value, column)


def _with_id(kind: str, call: Document) -> Document:
    """The same row is the same call, in whichever file it stands."""
    return {**call, "messageId": digest("import", kind, canonical_json(call))}


def _flat(row: Document, before: str = "", depth: int = 1) -> Document:
    """Fields within fields by their dotted names."""
    flat: Document = {}
    for name, value in row.items():
        if isinstance(value, dict) and depth < _MOST_DEPTH:
            flat.update(_flat(value, f"{before}{name}.", depth + 1))
        else:
            flat[f"{before}{name}"] = value
    return flat


_WHEN = "when that was"
SHAPES = {shape.kind: shape for shape in (
    Shape("customers", {_WHEN: ("at", "createdAt", "since")}, ("at",), _customer, rest_is_used=True),
    Shape("consents", {
        "who": ("userId", *IDENTIFIERS, "address", "anonymousId", OWN_KIND),
        "yes or no": ("status", "optOut", "withdrawnAt", *(f"{channel} status" for channel in CHANNEL_KIND)),
        _WHEN: ("at", "givenAt", "withdrawnAt", "changedAt", *(f"{channel} at" for channel in CHANNEL_KIND)),
    }, ("channel", "topic", "status", "source", "textVersion", "at"), _consents),
    Shape("suppressions", {
        "the address": ("address", *IDENTIFIERS), "the reason": ("reason", "bouncedAt", "unsubscribedAt"),
        _WHEN: ("at", "bouncedAt", "unsubscribedAt"),
    }, ("channel", "topic", "reason", "at"), _suppression),
)}
