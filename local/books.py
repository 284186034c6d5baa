"""books: everything moto's tables hold, read for people: events, decisions, customers' names, deliveries whose fate is unknown.

It looks into moto's memory and makes no request, so that looking costs nothing and no fault can strike it. Each item is decoded once.
"""

from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from chalicelib.adapters.dynamodb import keys
from chalicelib.adapters.dynamodb.codec import decode
from chalicelib.model.decision import decision_from
from chalicelib.model.event import AUDIENCE_ENTERED, AUDIENCE_LEFT, ENGINE, NEWS
from chalicelib.model.instant import format_instant

from .capacity import backend_item

Document = dict[str, Any]


class Books:
    """The tables of one world. `names` are the physical names by logical id."""

    def __init__(self, region: str, names: dict[str, str]) -> None:
        self._backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][region]
        self._names = names
        self._read: dict[str, dict[tuple[str, str], Document]] = {"EventsTable": {}, "DecisionsTable": {}}

    def events(self, *, engine: bool = False) -> list[Document]:
        """Stored events in the order they were received, as the contract lists them; `engine` adds those Beckon wrote itself."""
        found = [{
            "messageId": body["messageId"], "customer": self.name_of(customer), "type": body["type"], "event": body.get("event"),
            "timestamp": body["timestamp"], "receivedAt": body["receivedAt"],
        } for (customer, _), body in self._bodies("EventsTable").items() if engine or not _is_own(body)]
        return sorted(found, key=lambda event: (event["receivedAt"], event["timestamp"], event["messageId"]))

    def decisions(self) -> list[Document]:
        """Decisions as in a decisions file, in its order, each with its trace."""
        found = [decision_from(body) for body in self._bodies("DecisionsTable").values()]
        found.sort(key=lambda decision: (decision.at, decision.name, decision.rule, decision.step, decision.decided_at))
        return [{**decision.line(), "trace": decision.trace} for decision in found]

    def counts(self) -> tuple[int, int]:
        """How many events (without the engine's own) and decisions are stored."""
        events = sum(not _is_own(body) for body in self._bodies("EventsTable").values())
        return events, len(self._bodies("DecisionsTable"))

    def name_of(self, customer: str) -> str:
        """What people call a customer: of one that was merged away, the name of the survivor."""
        home, state = self._survivor(customer)
        return state.get("userId") or next(iter(state.get("anonymousIds", [])), home)

    def log_of(self, customer: str) -> list[Document]:
        """Every stored event of a customer and of whoever was merged into it, whole, Beckon's own among them, in no order."""
        logs: dict[str, list[Document]] = {}
        for (owner, _), body in self._bodies("EventsTable").items():
            logs.setdefault(owner, []).append(body)
        return [body for owner, log in logs.items() if self._survivor(owner)[0] == customer for body in log]

    def decisions_of(self, customer: str) -> list[Document]:
        """The decisions about a customer and whoever was merged into it, each with its trace."""
        found = [decision_from(body) for body in self._bodies("DecisionsTable").values()]
        homes = {owner: self._survivor(owner)[0] for owner in {decision.customer for decision in found}}
        return [{**decision.line(), "trace": decision.trace} for decision in found if homes[decision.customer] == customer]

    def delivery(self, key: str) -> Document | None:
        """The claim on a message."""
        item = self.item("DeliveriesTable", {keys.KEY: {"S": key}})
        return _delivery(item, self.name_of) if item else None

    def unknown(self) -> list[Document]:
        """Deliveries in `calling`: nobody knows whether these messages were sent."""
        found = [_delivery(item, self.name_of) for item in self._items("DeliveriesTable") if item[keys.STATUS]["S"] == "calling"]
        return sorted(found, key=lambda delivery: (delivery["at"], delivery["key"]))

    def item(self, table: str, key: Document) -> Document | None:
        """One item in the protocol's form, binary values as bytes."""
        found = backend_item(self._backend, self._names[table], key)
        return None if found is None else _with_bytes(found)

    def _survivor(self, customer: str) -> tuple[str, Document]:
        """Whom a customer was merged into in the end, and that one's state."""
        seen: set[str] = set()
        state: Document = {}
        while customer not in seen:
            seen.add(customer)
            item = self.item("CustomersTable", {keys.CUSTOMER: {"S": customer}})
            state = decode(item[keys.STATE]["B"]) if item else {}
            if state.get("mergedInto") is None:
                break
            customer = state["mergedInto"]
        return customer, state

    def _bodies(self, table: str) -> dict[tuple[str, str], Document]:
        known, bodies = self._read[table], {}
        for partition in list(self._backend.get_table(self._names[table]).items.values()):
            for item in list(partition.values()):
                place = (item.hash_key.value, item.range_key.value)
                bodies[place] = known.get(place) or decode(_with_bytes(item.to_json()["Attributes"])[keys.BODY]["B"])
        self._read[table] = bodies
        return bodies

    def _items(self, table: str) -> Iterator[Document]:
        for item in self._backend.get_table(self._names[table]).all_items():
            yield _with_bytes(item.to_json()["Attributes"])


def _delivery(item: Document, name_of: Callable[[str], str]) -> Document:
    texts = {name: item[name]["S"] for name in (keys.KEY, keys.STATUS, keys.RULE, keys.CHANNEL, keys.ERROR) if name in item}
    return {**texts, "customer": name_of(item[keys.CUSTOMER]["S"]), "at": format_instant(int(item[keys.AT]["N"]))}


def _with_bytes(item: Document) -> Document:
    """moto keeps a binary value as bytes or as base64 text, depending on how it was written."""
    return {name: {"B": b64decode(value["B"])} if isinstance(value.get("B"), str) else value for name, value in item.items()}


def _is_own(body: Document) -> bool:
    """Whether Beckon wrote it to itself: what people and their shop did is what is listed and counted."""
    return body["type"] == "engine" or (body.get("source") == ENGINE and body.get("event") in (AUDIENCE_ENTERED, AUDIENCE_LEFT, *NEWS))
