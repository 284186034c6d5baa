"""Publishing: versions, two at once, a process that dies at any moment, nothing to do. `contracts/` has it on the tables."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.following import Following
from chalicelib.adapters.memory import MemoryMeter
from chalicelib.backtest.world import World
from chalicelib.flows.judging import Files, Finding
from chalicelib.flows.publishing import Published, Said, pause, publish, publish_rule, roll_back
from chalicelib.flows.rulebooks import in_force
from chalicelib.model.errors import RulebookMoved, StoreUnavailable
from chalicelib.ports import Ports
from chalicelib.rulebook.bundle import Bundle
from chalicelib.rulebook.running import rulebook_from, running_content
from simulators.shop_day import BEGINS, rulebook

BRAND = {"name": "Shop", "sender": {"email": "hello@shop.example", "name": "Shop"}}
ANNA, BORIS = Said("anna"), Said("boris", "for spring")


def files(**priorities: int) -> dict[str, str]:
    rules = {id: {"id": id, "priority": priority, "trigger": {"kind": "event", "event": "Hello"},
                  "steps": [{"send": {"channel": "email", "template": "plain"}}]} for id, priority in priorities.items()}
    return {"brand.json": json.dumps(BRAND), **{f"{id}.json": json.dumps(rule) for id, rule in rules.items()}}


class Lenient:
    """A judge who finds nothing, `asked` so many times; `meanwhile` happens, once, while it looks."""

    def __init__(self, meanwhile: Callable[[], Any] | None = None, name: str = "lenient") -> None:
        self._meanwhile, self.name, self.asked = meanwhile, name, 0

    def problems(self, files: Files) -> list[Finding]:
        self.asked += 1
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile:
            meanwhile()
        return []

    def play(self, files: Files, rules: Sequence[str]) -> tuple[list[str], list[Finding]]:
        raise AssertionError("there are no examples")


@pytest.fixture
def ports() -> Ports:
    """A world's ports; one rule came with the code."""
    return replace(World(rulebook(), BEGINS).ports, deployed=lambda: Bundle(files(cart=1)))


def priorities(ports: Ports) -> dict[str, tuple[int, int]]:
    """Priority and version of each rule in force."""
    bundle = in_force(ports).bundle
    return {id: (rule["priority"], rule["version"]) for id in bundle.rules() if (rule := bundle.rule(id))}


def put(ports: Ports, written: dict[str, str], said: Said = ANNA, base: str | None = None) -> Published:
    return publish(ports, Lenient(), written, base, said)


def test_a_version_is_counted_for_each_content_and_never_given_again(ports: Ports) -> None:
    base = in_force(ports).bundle.name
    for priority in (1, 2, 3):
        put(ports, files(cart=priority, gift=1), base=base)
        base = in_force(ports).bundle.name
    assert priorities(ports) == {"cart": (3, 3), "gift": (1, 1)}
    roll_back(ports, None, ANNA)
    assert priorities(ports) == {"cart": (2, 2), "gift": (1, 1)}
    put(ports, files(cart=9), base=in_force(ports).bundle.name)
    put(ports, files(cart=9, gift=5), base=in_force(ports).bundle.name)
    assert priorities(ports) == {"cart": (9, 4), "gift": (5, 2)}
    pause(ports, True, BORIS)
    put(ports, files(cart=10, gift=5), base=in_force(ports).bundle.name)
    assert priorities(ports) == {"cart": (10, 5), "gift": (5, 2)}


def test_publishing_the_same_again_does_nothing(ports: Ports) -> None:
    assert put(ports, files(cart=1)) == Published(None)
    first = put(ports, files(cart=2))
    again = put(ports, files(cart=2))
    assert (first.fresh, again.fresh, again.publication) == (True, False, first.publication)


def test_of_two_at_once_the_second_is_told_what_the_first_changed(ports: Ports) -> None:
    base = put(ports, files(cart=2)).publication
    assert base is not None
    first = Lenient(meanwhile=lambda: put(ports, files(cart=2, gift=1), BORIS, base.bundle))
    with pytest.raises(RulebookMoved, match="number 2 is in force by now, by boris: rule gift added") as told:
        publish(ports, first, files(cart=3), base.bundle, ANNA)
    assert [(str(change), publication.by, publication.at) for change, publication in zip(
        told.value.changes, told.value.publications, strict=True)] == [("rule gift added", "boris", ports.clock())]
    assert priorities(ports) == {"cart": (2, 2), "gift": (1, 1)}
    put(ports, files(cart=3, gift=1), base=in_force(ports).bundle.name)
    assert priorities(ports) == {"cart": (3, 3), "gift": (1, 1)}


def test_the_same_holds_for_the_first_publication_of_all(ports: Ports) -> None:
    with pytest.raises(RulebookMoved, match="by boris: rule gift added"):
        publish(ports, Lenient(meanwhile=lambda: put(ports, files(cart=1, gift=1), BORIS)), files(cart=1, mine=1), None, ANNA)


def test_where_nobody_knows_what_an_edit_began_with_only_what_others_published_counts(ports: Ports) -> None:
    put(ports, files(cart=1, gift=1, plant=1), BORIS)
    put(ports, files(cart=1, gift=2, plant=1), Said("clara"), in_force(ports).bundle.name)
    assert put(ports, files(cart=5, gift=2, plant=1)).fresh, "the cart is nobody else's"
    put(ports, files(cart=5, gift=2, plant=4), BORIS, in_force(ports).bundle.name)
    with pytest.raises(RulebookMoved) as told:
        put(ports, files(cart=5, gift=1, plant=1, mine=1), base="unknown")
    assert str(told.value).startswith("number 4 is in force by now, by clara: rule gift changed; by boris: rule plant changed - ")
    assert ("`beckon fetch`" in str(told.value), "--over" in str(told.value)) == (True, False)
    assert [publication.number for publication in told.value.publications] == [4, 2, 1]


def test_a_rollback_meanwhile_is_a_change_and_a_pause_is_none(ports: Ports) -> None:
    put(ports, files(cart=2))
    second = put(ports, files(cart=3), base=in_force(ports).bundle.name).publication
    assert second is not None
    with pytest.raises(RulebookMoved, match="rule cart changed"):
        publish(ports, Lenient(meanwhile=lambda: roll_back(ports, None, BORIS)), files(cart=4), second.bundle, ANNA)
    roll_back(ports, None, BORIS)
    publish(ports, Lenient(lambda: pause(ports, True, BORIS), "another"), files(cart=4), second.bundle, ANNA)
    assert (priorities(ports)["cart"], in_force(ports).paused) == ((4, 4), True)


def test_changes_to_different_rules_at_once_are_both_kept(ports: Ports) -> None:
    put(ports, files(cart=1, gift=1))

    def rule(id: str, priority: int) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(files(**{id: priority})[f"{id}.json"])
        return found

    meanwhile = Lenient(meanwhile=lambda: publish_rule(ports, Lenient(), "gift", rule("gift", 7), 1, BORIS))
    publish_rule(ports, meanwhile, "cart", rule("cart", 8), 1, ANNA)
    assert priorities(ports) == {"cart": (8, 2), "gift": (7, 2)}


class Dying:
    """Rulebooks of a process that dies at its n-th write."""

    def __init__(self, rulebooks: Any, writes: int) -> None:
        self._rulebooks, self._left = rulebooks, writes

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._rulebooks, name)
        if name not in ("keep", "add"):
            return method

        def write(*arguments: Any) -> Any:
            self._left -= 1
            if self._left < 0:
                raise StoreUnavailable("died")
            return method(*arguments)

        return write


@pytest.mark.parametrize("writes", range(7))
def test_whoever_dies_on_the_way_leaves_what_was_in_force(ports: Ports, writes: int) -> None:
    following = Following(ports.rulebooks, lambda: rulebook_from(running_content(ports.deployed())), ports.clock, MemoryMeter())
    before = following().digest
    try:
        put(replace(ports, rulebooks=Dying(ports.rulebooks, writes)), files(cart=2))
    except StoreUnavailable:
        following.look_again()
        assert (following().digest, in_force(ports).number, priorities(ports)) == (before, 0, {"cart": (1, 1)})
    else:
        raise AssertionError("it did not die")
    assert put(ports, files(cart=2)).fresh
    following.look_again()
    assert (following().number, following().version("cart"), priorities(ports)) == (1, 2, {"cart": (2, 2)})


def test_what_was_checked_is_not_checked_again_when_the_process_died_unless_by_another_judge(ports: Ports) -> None:
    judge, newer = Lenient(), Lenient(name="newer")
    for asked in (judge, judge, newer, newer):
        with pytest.raises(StoreUnavailable):
            publish(replace(ports, rulebooks=Dying(ports.rulebooks, 2)), asked, files(cart=2), None, ANNA)
    assert (judge.asked, newer.asked) == (1, 1)
    assert publish(ports, judge, files(cart=2), None, ANNA).fresh
    assert (judge.asked, publish(ports, judge, files(cart=3), in_force(ports).bundle.name, ANNA).fresh, judge.asked) == (1, True, 2)


class Playing(Lenient):
    """A judge whose examples all hold; says of which rules they were played."""

    def __init__(self, name: str = "lenient") -> None:
        super().__init__(name=name)
        self.played: list[str] = []

    def play(self, files: Files, rules: Sequence[str]) -> tuple[list[str], list[Finding]]:
        self.played += rules
        return list(rules), []


def test_a_template_that_only_a_variant_names_lets_the_examples_of_its_rule_be_played(ports: Ports) -> None:
    written = {**files(cart=1, gift=1), "templates/plain/email.en.text.liquid": "a", "templates/short/email.en.text.liquid": "b"}
    for id, variants in (("cart", [{"id": "long", "weight": 1}, {"id": "short", "weight": 1, "templates": ["short"]}]), ("gift", [])):
        rule = {**json.loads(written[f"{id}.json"]), "variants": variants, "examples": [{"name": "any"}]}
        written[f"{id}.json"] = json.dumps(rule)
    publish(ports, Playing(), written, None, ANNA)
    judge = Playing()
    edited = {**written, "templates/short/email.en.text.liquid": "c"}
    assert publish(ports, judge, edited, in_force(ports).bundle.name, ANNA).fresh
    assert judge.played == ["cart"]


def test_examples_that_held_are_not_played_again_when_the_process_died_unless_by_another_judge(ports: Ports) -> None:
    written = files(cart=2)
    written["cart.json"] = json.dumps({**json.loads(written["cart.json"]), "examples": [{"name": "any"}]})
    judge, newer = Playing(), Playing("newer")
    for asked in (judge, judge, newer):
        with pytest.raises(StoreUnavailable):
            publish(replace(ports, rulebooks=Dying(ports.rulebooks, 2)), asked, written, None, ANNA)
    assert publish(ports, judge, written, None, ANNA).fresh
    assert (judge.played, newer.played) == (["cart"], ["cart"])
