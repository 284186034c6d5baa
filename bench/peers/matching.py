"""matching: engines that tell which rules an event is for, and the rules and events they are asked about.

A rule here is its id, its priority, the name of its event and its tests: [path, sign, value]. Each engine writes the tests in its own
language, as its documentation recommends, and answers with the ids.
"""

import json
import random
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

Ask = Callable[[dict[str, Any]], list[str]]
Written = dict[str, Any]

NAMES = [f"Event {number}" for number in range(50)]
WEIGHTS = [1 / (number + 1) for number in range(50)]
CATEGORIES, CITIES = [f"c{number}" for number in range(200)], [f"t{number}" for number in range(20)]
PRICE, CITY, BIRTHDAY = "event.properties.price", "customer.city", "customer.birthday"


def rules_of(size: int) -> list[Written]:
    """An event's name, and two or three of: one of 200 categories, a bound of a price, something about the customer."""
    chance = random.Random(size)

    def test(kind: str) -> list[Any]:
        if kind == "category":
            return ["event.properties.category", "==", chance.choice(CATEGORIES)]
        if kind == "price":
            return [PRICE, ">" if chance.random() < 0.8 else "<", chance.randrange(500)]
        return [CITY, "in", chance.sample(CITIES, 3)] if chance.random() < 0.5 else [BIRTHDAY, "exists", None]

    return [{"id": f"rule-{number}", "priority": chance.randrange(101), "event": chance.choices(NAMES, WEIGHTS)[0],
             "tests": [test(kind) for kind in chance.sample(["category", "price", "customer"], chance.choice([2, 3]))]}
            for number in range(size)]


def ranges_of(size: int) -> list[Written]:
    """The hard case: all listen to one event, and ask for windows of two or three numbers, no equality."""
    chance = random.Random(size)

    def window(name: str) -> list[list[Any]]:
        least = chance.randrange(900)
        return [[f"event.properties.{name}", ">", least], [f"event.properties.{name}", "<", least + 100]]

    return [{"id": f"rule-{number}", "priority": chance.randrange(101), "event": NAMES[0],
             "tests": [test for name in chance.sample(["price", "quantity", "total", "discount"], chance.choice([2, 3]))
                       for test in window(name)]} for number in range(size)]


def documents_of(number: int, kind: str = "some") -> list[dict[str, Any]]:
    """Events with their customers; of the kind `nothing` such as no rule is for, of the kind `ranges` for the hard case."""
    chance = random.Random(f"{kind}{number}")

    def document(place: int) -> dict[str, Any]:
        properties: dict[str, Any] = {"category": chance.choice(CATEGORIES), "price": round(chance.uniform(0, 500), 2), "quantity": 2}
        if kind == "nothing":
            properties = {"category": "none", "quantity": 2}
        if kind == "ranges":
            properties = {name: round(chance.uniform(0, 1000), 2) for name in ("price", "quantity", "total", "discount")}
        return {"event": {"type": "track", "messageId": f"m{place}", "timestamp": "2026-03-02T10:00:00.000Z",
                          "event": NAMES[0] if kind == "ranges" else chance.choices(NAMES, WEIGHTS)[0], "properties": properties},
                "customer": {"city": chance.choice(CITIES), "birthday": "1990-05-01" if chance.random() < 0.3 else None, "locale": "en"}}

    return [document(place) for place in range(number)]


def jmespath_of(rule: Written, named: bool = False) -> str:
    """A rule's tests as JMESPath; with the event's name, where a rule's trigger does not say it."""
    def written(path: str, sign: str, value: Any) -> str:
        if sign == "in":
            return f"contains([{', '.join(repr(one) for one in value)}], {path})"
        return f"{path} != `null`" if sign == "exists" else f"{path} {sign} {repr(value) if isinstance(value, str) else f'`{value}`'}"

    tests = [["event.event", "==", rule["event"]], *rule["tests"]] if named else rule["tests"]
    return " && ".join(written(*test) for test in tests)


class JmespathLoop:
    """jmespath.py, every rule asked."""

    title = "jmespath.py, loop"

    def build(self, rules: list[Written]) -> Ask:
        import jmespath

        asked = [(rule["id"], jmespath.compile(jmespath_of(rule, named=True)).search) for rule in rules]
        return lambda document: [id for id, search in asked if search(document)]


class JmespathByName:
    """jmespath.py, every rule that listens to the event's name asked."""

    title = "jmespath.py, by event name"

    def build(self, rules: list[Written]) -> Ask:
        import jmespath

        asked = defaultdict(list)
        for rule in rules:
            asked[rule["event"]].append((rule["id"], jmespath.compile(jmespath_of(rule)).search))
        return lambda document: [id for id, search in asked[document["event"]["event"]] if search(document)]


class ZenTable:
    """zen-engine, a decision table that collects all rows that hold."""

    title = "zen-engine, decision table"

    def build(self, rules: list[Written]) -> Ask:
        import zen

        fields = ["event.event", *dict.fromkeys(path for rule in rules for path, _, _ in rule["tests"])]

        def cell(sign: str, value: Any) -> str:
            if sign == "in":
                return ", ".join(json.dumps(one) for one in value)
            return "$ != null" if sign == "exists" else json.dumps(value) if sign == "==" else f"{sign} {value}"

        def cells(tests: list[list[Any]]) -> dict[str, str]:
            written: dict[str, str] = {}
            for path, sign, value in tests:
                own = cell(sign, value)
                written[path] = f"$ {written[path]} and $ {own}" if path in written else own
            return written

        rows = [{"_id": rule["id"], "out": json.dumps(rule["id"]), **dict.fromkeys(fields, ""),
                 "event.event": json.dumps(rule["event"]), **cells(rule["tests"])} for rule in rules]
        table = {"hitPolicy": "collect", "inputs": [{"id": path, "name": path, "field": path} for path in fields],
                 "outputs": [{"id": "out", "name": "rule", "field": "rule"}], "rules": rows}
        nodes = [{"id": "in", "type": "inputNode", "name": "in"}, {"id": "out", "type": "outputNode", "name": "out"},
                 {"id": "table", "type": "decisionTableNode", "name": "table", "content": table}]
        edges = [{"id": "a", "sourceId": "in", "targetId": "table"}, {"id": "b", "sourceId": "table", "targetId": "out"}]
        content = zen.ZenDecisionContent(json.dumps({  # compiled once; without it every event costs 30 times as much
            "nodes": [{**node, "position": {"x": 0, "y": 0}} for node in nodes], "edges": [{**edge, "type": "edge"} for edge in edges]}))
        evaluate = zen.ZenEngine({"loader": lambda name: content}).evaluate
        return lambda document: [row["rule"] for row in evaluate("rules", document)["result"]]


class ZenExpressions:
    """zen-engine, one compiled expression a rule, every rule asked."""

    title = "zen-engine, expressions"

    def build(self, rules: list[Written]) -> Ask:
        import zen

        def written(path: str, sign: str, value: Any) -> str:
            return f"{path} != null" if sign == "exists" else f"{path} {sign} {json.dumps(value)}"

        asked = [(rule["id"], zen.compile_expression(" and ".join(
            written(*test) for test in [["event.event", "==", rule["event"]], *rule["tests"]]))) for rule in rules]
        return lambda document: [id for id, expression in asked if expression.evaluate(document)]


class DurableRules:
    """durable_rules: a fact a time, taken back again."""

    title, most_rounds = "durable_rules", 3  # it crashes after some thousand facts

    def build(self, rules: list[Written]) -> Ask:
        from durable import lang

        found: list[str] = []
        names = {"event.properties.category": "category", PRICE: "price", CITY: "city", BIRTHDAY: "birthday"}

        def condition(path: str, sign: str, value: Any) -> Any:
            fact = getattr(lang.m, names[path])
            if sign == "in":
                first, *others = (getattr(lang.m, names[path]) == one for one in value)
                for other in others:
                    first = first | other
                return first
            return +fact if sign == "exists" else fact == value if sign == "==" else fact > value if sign == ">" else fact < value

        def heard(id: str) -> Callable[[Any], None]:
            return lambda context: found.append(id)

        with lang.ruleset("rules"):
            for rule in rules:
                whole = lang.m.name == rule["event"]
                for test in rule["tests"]:
                    whole = whole & condition(*test)
                lang.when_all(whole)(heard(rule["id"]))
        asked = iter(range(10**9))

        def ask(document: dict[str, Any]) -> list[str]:
            found.clear()
            fact = {"id": next(asked), "name": document["event"]["event"], **document["event"]["properties"],
                    **{name: value for name, value in document["customer"].items() if value is not None}}
            for told in (lang.assert_fact, lang.retract_fact):
                with suppress(lang.engine.MessageNotHandledException):  # no rule is for it
                    told("rules", fact)
            return list(found)

        return ask


PYTHON_PEERS = {engine.__name__: engine for engine in (ZenTable, ZenExpressions, DurableRules, JmespathByName, JmespathLoop)}
NODE_PEERS = {"json-logic-js": "json-logic-js (Node)", "json-rules-engine": "json-rules-engine (Node)"}
