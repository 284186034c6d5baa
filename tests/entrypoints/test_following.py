"""Running functions and what is published: seen within ten seconds, loaded only when it is another one, and kept when it cannot be read."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.following import KEPT, Following
from chalicelib.adapters.heard_rulebooks import HeardRulebooks
from chalicelib.adapters.memory import MemoryMeter, MemoryRulebooks
from chalicelib.model.errors import RuleInvalid, StoreUnavailable
from chalicelib.model.publication import Publication
from chalicelib.rulebook.bundle import Bundle, bundle_of
from chalicelib.rulebook.rule_files import files_in
from chalicelib.rulebook.running import rulebook_from, running_content
from chalicelib.rulebook_ports import RUNNING, WRITTEN
from local.world import ROOT

DEPLOYED = bundle_of(files_in(ROOT / "rules"))
NEWER = Bundle(DEPLOYED.files, {"abandoned-cart": 2})


class Door(MemoryRulebooks):
    """The store; counts what is asked, and breaks on demand."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.broken = False

    def latest(self) -> Publication | None:
        self._note("latest")
        return super().latest()

    def content(self, bundle: str, part: str) -> bytes | None:
        self._note(part)
        return super().content(bundle, part)

    def _note(self, what: str) -> None:
        self.asked.append(what)
        if self.broken:
            raise StoreUnavailable("broken")


class Shop:
    """A store, a clock, and a function that follows."""

    def __init__(self) -> None:
        self.now, self.door, self.meter = 1_000_000, Door(), MemoryMeter()
        self.following = Following(self.door, lambda: rulebook_from(running_content(DEPLOYED)), lambda: self.now, self.meter)

    def publish(self, number: int, bundle: Bundle = NEWER, **more: Any) -> None:
        self.door.keep(bundle.name, WRITTEN, bundle.content())
        self.door.keep(bundle.name, RUNNING, running_content(bundle))
        self.door.add(Publication(number, bundle.name, DEPLOYED.name, self.now, "anna", **more))

    def sees(self, after: int = 0) -> tuple[int, str, bool]:
        self.now += after
        rulebook = self.following()
        return rulebook.number, rulebook.digest, rulebook.paused


def test_while_nothing_was_published_what_was_deployed_is_in_force() -> None:
    shop = Shop()
    assert [shop.sees(), shop.sees(KEPT)] == [(0, DEPLOYED.name, False)] * 2


def test_it_asks_once_in_ten_seconds_and_loads_what_is_new() -> None:
    shop = Shop()
    shop.publish(1)
    assert shop.sees() == (1, NEWER.name, False)
    shop.publish(2, DEPLOYED)
    assert shop.sees(KEPT - 1) == (1, NEWER.name, False)
    assert shop.door.asked == ["latest", RUNNING]
    assert shop.sees(1) == (2, DEPLOYED.name, False)
    assert shop.sees(KEPT) == (2, DEPLOYED.name, False)
    assert shop.door.asked == ["latest", RUNNING, "latest", RUNNING, "latest"]


def test_a_pause_is_seen_without_loading_anything() -> None:
    shop = Shop()
    shop.publish(1)
    before = shop.following()
    shop.publish(2, paused=True)
    assert shop.sees(KEPT) == (2, NEWER.name, True)
    assert shop.following().rules is before.rules and not before.paused
    shop.publish(3)
    assert shop.sees(KEPT) == (3, NEWER.name, False)
    assert shop.door.asked.count(RUNNING) == 1


def test_a_number_that_is_given_again_once_a_table_was_restored_is_another_rulebook() -> None:
    shop = Shop()
    shop.publish(1)
    before = shop.following()
    edited = Bundle({**NEWER.files, "abandoned-cart.json": NEWER.files["abandoned-cart.json"].replace('"priority": 60', '"priority": 7')},
                    NEWER.versions)
    shop.following._rulebooks = shop.door = Door()
    shop.publish(1, edited)
    assert shop.sees(KEPT) == (1, edited.name, False)
    assert (before.rules["abandoned-cart"].priority, shop.following().rules["abandoned-cart"].priority) == (60, 7), "of one version"
    shop.following._rulebooks = shop.door = Door()
    shop.publish(1, edited, paused=True)
    assert shop.sees(KEPT) == (1, edited.name, True)


def test_whoever_publishes_follows_at_once() -> None:
    shop = Shop()
    heard = HeardRulebooks(shop.door, shop.following.look_again)
    assert shop.sees() == (0, DEPLOYED.name, False)
    heard.keep(NEWER.name, RUNNING, running_content(NEWER))
    assert shop.sees() == (0, DEPLOYED.name, False)
    heard.add(Publication(1, NEWER.name, DEPLOYED.name, shop.now, "anna"))
    assert shop.sees() == (1, NEWER.name, False)


def test_what_cannot_be_read_leaves_the_one_before_in_force() -> None:
    shop = Shop()
    shop.publish(1)
    assert shop.sees()[0] == 1
    shop.door.broken = True
    assert shop.sees(KEPT)[0] == 1
    asked = len(shop.door.asked)
    assert shop.sees(KEPT - 1)[0] == 1
    assert len(shop.door.asked) == asked, "what fails is not asked more often"
    assert shop.meter.counts == {("rulebook_unreadable",): 1}
    shop.door.broken = False
    shop.publish(2, DEPLOYED)
    assert shop.sees(1)[0] == 2


@pytest.mark.parametrize("content", [None, json.dumps({"name": "x", "parts": {
    "brand": {}, "identifiers": {}, "rule": {}, "audience": {}, "template": {}}}).replace('"brand": {}', '"brand": {"brand": {}}').encode(),
    b"no JSON"])
def test_so_does_a_content_that_is_not_there_or_of_another_version_of_beckon(content: bytes | None) -> None:
    shop = Shop()
    shop.publish(1)
    assert shop.sees()[0] == 1
    shop.door.add(Publication(2, "bad", NEWER.name, shop.now, "boris"))
    if content is not None:
        shop.door.keep("bad", RUNNING, content)
    assert shop.sees(KEPT) == (1, NEWER.name, False)
    assert sum(shop.meter.counts.values()) == 1


def test_a_process_that_has_none_yet_does_not_go_back_to_what_was_deployed() -> None:
    shop = Shop()
    shop.publish(1, paused=True)
    shop.door.broken = True
    with pytest.raises(StoreUnavailable):
        shop.following()
    shop.door.broken = False
    assert shop.sees() == (1, NEWER.name, True)


def test_a_rule_of_another_version_of_beckon_stops_a_process_that_has_none_yet() -> None:
    shop = Shop()
    shop.publish(1, Bundle({**DEPLOYED.files, "abandoned-cart.json": '{"id": "abandoned-cart"}'}))
    with pytest.raises(RuleInvalid, match="abandoned-cart"):
        shop.following()


def test_what_was_written_will_do_where_the_form_for_functions_is_missing() -> None:
    shop = Shop()
    shop.door.keep(NEWER.name, WRITTEN, NEWER.content())
    shop.door.add(Publication(1, NEWER.name, DEPLOYED.name, shop.now, "anna"))
    assert shop.following() == replace(rulebook_from(running_content(NEWER), 1))
