"""What changed from one rulebook to the next, which versions rules get, and that what functions run is what was written."""

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.model.errors import RuleInvalid
from chalicelib.rulebook.bundle import Bundle, bundle_from, bundle_of, changes_between, counted
from chalicelib.rulebook.loading import load_rulebook
from chalicelib.rulebook.rule_files import files_in, is_rule_file
from chalicelib.rulebook.running import rulebook_from, running_content
from local.world import ROOT

RULES = ROOT / "rules"
VECTORS = json.loads(Path(__file__).with_name("bundles.json").read_text("utf-8"))


def texts(files: dict[str, Any]) -> dict[str, str]:
    return {path: content if isinstance(content, str) else json.dumps(content) for path, content in files.items()}


@pytest.mark.parametrize("vector", VECTORS["changes"], ids=lambda vector: vector["name"])
def test_changes(vector: dict[str, Any]) -> None:
    changes = changes_between(Bundle(texts(vector["before"])), Bundle(texts(vector["after"])))
    assert [str(change) for change in changes] == vector["changes"]


@pytest.mark.parametrize("vector", VECTORS["versions"], ids=lambda vector: vector["name"])
def test_versions(vector: dict[str, Any]) -> None:
    before, after = ({f"{id}.json": json.dumps({"id": id, **rule}) for id, rule in vector[when].items()} for when in ("before", "after"))
    bundle = counted(after, Bundle(before, vector.get("versions", {})), vector.get("highest", {}), vector.get("restored"))
    assert {id: bundle.version(id) for id in bundle.rules()} == vector["counted"]


def test_equal_contents_have_one_name_and_come_back_as_they_were() -> None:
    bundle = bundle_of(files_in(RULES))
    shuffled = Bundle(dict(reversed(bundle.files.items())), dict(bundle.versions))
    assert (shuffled, shuffled.name) == (bundle, bundle.name)
    assert bundle_from(bundle.content()) == bundle
    assert Bundle(bundle.files, {"abandoned-cart": 2}).name != bundle.name
    assert Bundle({**bundle.files, "brand.json": bundle.files["brand.json"] + " "}).name != bundle.name


def test_what_functions_run_is_what_was_written() -> None:
    written = load_rulebook(RULES)
    bundle = bundle_of(files_in(RULES))
    running = rulebook_from(running_content(bundle), 4)
    assert (running.digest, running.number) == (written.digest, 4)
    rules, audiences = ({id: part.model_copy(update={"schema_": None}) for id, part in parts.items()}
                        for parts in (written.rules, written.audiences))
    bare = replace(written, brand=written.brand.model_copy(update={"schema_": None}), audiences=audiences,
                   rules={id: rule.model_copy(update={"examples": []}) for id, rule in rules.items()})
    for name in [part.name for part in fields(written) if part.name not in ("kinds", "number")]:
        assert getattr(running, name) == getattr(bare, name), name


def test_versions_that_publishing_counted_are_those_that_run() -> None:
    bundle = Bundle(files_in(RULES), {"abandoned-cart": 6})
    running = rulebook_from(running_content(bundle))
    assert (running.version("abandoned-cart"), running.version("nobody")) == (6, None)
    assert bundle.rule("abandoned-cart") == {**json.loads(bundle.files["abandoned-cart.json"]), "version": 6}
    assert bundle.rule("nobody") is None


def test_a_rule_that_this_version_cannot_read_is_named() -> None:
    files = {**files_in(RULES), "abandoned-cart.json": json.dumps({"id": "abandoned-cart", "fromTheFuture": 1})}
    with pytest.raises(RuleInvalid, match="rule abandoned-cart: trigger"):
        rulebook_from(running_content(Bundle(files)))


NO_PLACES = ["../brand.json", "/etc/passwd", "templates/../../x/a.liquid", "templates/cart/../x.liquid", "audiences/x/y.json", "Cart.json",
             ".published.json", "coupons/spring.txt", "brand.json\n", "templates/cart/.liquid", ""]


@pytest.mark.parametrize("path", NO_PLACES)
def test_a_place_that_no_rulebook_has_is_none(path: str) -> None:
    assert not is_rule_file(path)


def test_of_a_folder_only_what_makes_the_rulebook_is_read(tmp_path: Path) -> None:
    for path in ("brand.json", "cart.json", "audiences/regulars.json", "templates/cart/email.en.text.liquid"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("{}")
    for path in (".published.json", "README.md", "schema/rule.schema.json", "coupons/spring.txt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("{}")
    assert sorted(files_in(tmp_path)) == ["audiences/regulars.json", "brand.json", "cart.json", "templates/cart/email.en.text.liquid"]
