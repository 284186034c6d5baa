"""test_rules_readme: every block of rules/README.md does what the page says.

A `jmespath` block has a line for each condition, `condition → value`, the value as JSON: it is asked of the page's one customer when
her one event has just come (`scope.json`). A `liquid` block likewise, `template → text`. A `json rule` block is a rule whose examples
are played; a `console` block is run, and `…` stands for lines left out. Whatever there is to write must be shown so: another operator,
function, kind of trigger or policy without such a line or example is found by the tests at the end.
"""

import json
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.backtest.examples import play
from chalicelib.backtest.recording import read_recording
from chalicelib.backtest.run import Result, run
from chalicelib.channels.email import PARTS
from chalicelib.cli.main import beckon
from chalicelib.conditions.condition import Condition, Scope
from chalicelib.conditions.functions import Functions
from chalicelib.conditions.past import questions
from chalicelib.engine.remember import fill_in
from chalicelib.engine.scope import scope_of
from chalicelib.model.asks import Asks
from chalicelib.model.consent import Consent
from chalicelib.model.errors import TemplateFailed
from chalicelib.model.facts import Facts
from chalicelib.model.identifier_kinds import BUILT_IN
from chalicelib.model.nearby import note_nearby
from chalicelib.model.reason import Reason
from chalicelib.model.ring import Lies, Ring
from chalicelib.policies.registry import POLICIES
from chalicelib.rulebook.audience import Audience
from chalicelib.rulebook.brand import Brand
from chalicelib.rulebook.identifiers import DeclaredIdentifiers
from chalicelib.rulebook.lint import variables
from chalicelib.rulebook.lint.book import Book
from chalicelib.rulebook.loading import load_rulebook
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook
from chalicelib.rulebook.templates import render
from chalicelib.triggers.registry import TRIGGERS

from .page import ROOT, Block, Page

README = Page(ROOT / "rules" / "README.md")
ARROW = "→"


def named(blocks: list[Block]) -> Any:
    """Each block a test, named by its line."""
    return pytest.mark.parametrize("block", [pytest.param(block, id=f"line {block.line}") for block in blocks])


def lines_of(language: str) -> Any:
    """Each line `what → result` of the blocks of a language a test of its own."""
    lines = [line for block in README.blocks(language) for line in block.text.splitlines() if line.strip()]
    assert lines
    return pytest.mark.parametrize(("written", "result"), [tuple(part.strip() for part in line.rsplit(ARROW, 1)) for line in lines])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the rules and with every file the page shows."""
    place = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "rules", place / "rules")
    for block in [*README.blocks("ndjson"), *README.blocks("json", "scope.json")]:
        assert block.name
        (place / block.name).write_text(block.text, "utf-8")
    return place


@pytest.fixture(scope="module")
def scope(folder: Path) -> dict[str, Any]:
    """What the page says rules see of Anna."""
    shown: dict[str, Any] = json.loads((folder / "scope.json").read_text("utf-8"))
    return shown


@pytest.fixture(scope="module")
def played(folder: Path) -> Result:
    """The page's events, played with the shop's rules."""
    return run(load_rulebook(folder / "rules"), read_recording([folder / "events.ndjson"]))


@pytest.fixture(scope="module")
def asked(played: Result) -> Scope:
    """What conditions see and know of Anna when the event has just come, were there rules that ask what the page asks, and with what the
    page says of the catalog and of where she is."""
    event = next(arrival for arrival in played.world.events.stream if arrival.event.name == "Product Added")
    record = played.world.ports.customers.load(event.customer)
    assert record is not None
    asks = Asks(dict(question for block in README.blocks("jmespath") for line in block.text.splitlines() if line.strip()
                for question in questions(Condition(line.rsplit(ARROW, 1)[0].strip()).parsed)))
    fill_in(record.state, asks, played.world.events.latest(event.customer, 10), event.event.at)
    record.state.consents["location/*"] = Consent("given", 0, "page")
    note_nearby(record.state.nearby, Ring(500, 0), Lies([("sofia-1", 500)], []), event.event.at)
    product = json.loads(README.blocks("json", "product.json")[0].text)
    return scope_of(record.state, event.event.at, played.world.ports.rulebook(), Facts(products={product["productId"]: product}),
                    event=event.event.document(), trigger=played.decisions[0].data)


def test_what_the_page_shows_of_anna_is_what_rules_see(scope: dict[str, Any], played: Result) -> None:
    event = next(arrival for arrival in played.world.events.stream if arrival.event.name == "Product Added")
    anna = played.world.ports.customers.load(event.customer)
    assert anna is not None
    assert scope == scope_of(anna.state, played.world.now, event=event.event.document(), trigger=played.decisions[0].data).whole()


@named(README.blocks("json", "rule"))
def test_the_rule_is_valid_names_a_template_that_exists_and_ends_as_its_examples_say(
        block: Block, folder: Path, tmp_path: Path) -> None:
    rule = Rule.model_validate(json.loads(block.text))
    shop = load_rulebook(folder / "rules")
    templates = {**shop.templates, **{str(shown.name).partition(".")[0]: {str(shown.name).partition(".")[2]: shown.text}
                                      for shown in README.blocks("template")}}
    assert {wording.template for wording in rule.wordings()} <= set(templates)
    rulebook = Rulebook(brand=shop.brand, rules={rule.id: rule}, templates=templates, digest="page")
    assert [play(rulebook, rule, example) for example in rule.examples] == [[] for _ in rule.examples]
    (tmp_path / f"{rule.id}.json").write_text(block.text, "utf-8")
    book = Book(tmp_path, Rulebook(brand=shop.brand, rules={**shop.rules, rule.id: rule}, templates=templates, digest="page"),
                whole=True, asked=())
    assert [str(found) for found in variables.find(book)] == []


@named(README.blocks("json", "brand"))
def test_the_brand_is_valid(block: Block) -> None:
    Brand.model_validate(json.loads(block.text))


@named(README.blocks("json", "settings"))
def test_an_editor_gives_each_file_the_schema_that_the_file_names_itself(block: Block) -> None:
    for path in [*(ROOT / "rules").glob("*.json"), *(ROOT / "rules" / "audiences").glob("*.json")]:
        place = PurePosixPath(path.relative_to(ROOT).as_posix())
        given = [entry["url"] for entry in json.loads(block.text)["json.schemas"]
                 if any(place.match(match) for match in entry["fileMatch"])
                 and not any(place.match(match[1:]) for match in entry["fileMatch"] if match.startswith("!"))]
        assert [(ROOT / url).resolve() for url in given] == [(path.parent / json.loads(path.read_text("utf-8"))["$schema"]).resolve()]


@named(README.blocks("json", "identifiers"))
def test_the_shops_own_identifiers_are_valid_and_known_from_then_on(block: Block) -> None:
    kinds = DeclaredIdentifiers.model_validate(json.loads(block.text)).kinds("BG")
    assert kinds.value("studentCard", " 20261234 ") == "20261234"
    assert kinds.value("studentCard", "soon") is None


@named(README.blocks("json", "audience"))
def test_the_audience_is_valid(block: Block) -> None:
    Audience.model_validate(json.loads(block.text))


def test_every_identifier_is_in_the_table() -> None:
    assert [kind for kind in BUILT_IN if f"| `{kind}`" not in README.text and f", `{kind}`" not in README.text] == []


def test_every_json_block_is_of_a_kind_that_is_tested() -> None:
    assert {block.name for block in README.blocks("json")} == {
        "settings", "rule", "brand", "identifiers", "audience", "scope.json", "product.json"}


@lines_of("jmespath")
def test_the_condition_has_the_value_that_is_shown(written: str, result: str, asked: Scope) -> None:
    assert Condition(written).value(asked) == json.loads(result)


@lines_of("liquid")
def test_the_template_gives_the_text_that_is_shown(written: str, result: str, scope: dict[str, Any]) -> None:
    source = {"email.en.subject": written, "email.en.text": written, "email.en.html": written}
    seen = {**scope, "locale": "en", "brand": {"name": "Nutshell Books"}, "unsubscribeUrl": "https://nutshell.example/u/x"}
    if result == "no message":
        with pytest.raises(TemplateFailed, match="undefined"):
            render({"t": source}, "t", "email", PARTS, "en", seen)
    else:
        assert render({"t": source}, "t", "email", PARTS, "en", seen)["text"] == result


@named(README.blocks("console"))
def test_the_command_prints_what_is_shown(block: Block, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for chunk in block.text.removeprefix("$ ").split("\n$ "):
        command, _, shown = chunk.partition("\n")
        name, *arguments = shlex.split(command)
        assert name == "beckon"
        result = CliRunner().invoke(beckon, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        first, dots, last = shown.rstrip("\n").partition("…\n")
        printed = result.output.rstrip("\n")
        assert printed == first if not dots else printed.startswith(first) and printed.endswith(last)


OPERATORS = {
    "and_expression", "comparator", "current", "expref", "field", "filter_projection", "flatten", "function_expression", "identity",
    "index", "index_expression", "key_val_pair", "literal", "multi_select_dict", "multi_select_list", "not_expression", "or_expression",
    "pipe", "projection", "slice", "subexpression", "value_projection"}


def parts_of(parsed: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every node of a parsed condition: its kind and what it holds."""
    yield parsed["type"], parsed.get("value")
    for child in parsed.get("children", []):
        if isinstance(child, dict):
            yield from parts_of(child)


def test_every_operator_and_function_of_conditions_is_shown() -> None:
    shown = [part for block in README.blocks("jmespath") for line in block.text.splitlines() if line.strip()
             for part in parts_of(Condition(line.rsplit(ARROW, 1)[0].strip()).parsed)]
    assert {kind for kind, _ in shown} == OPERATORS
    assert {value for kind, value in shown if kind == "comparator"} == {"eq", "ne", "lt", "lte", "gt", "gte"}
    assert {value for kind, value in shown if kind == "function_expression"} == set(Functions.FUNCTION_TABLE)


PLAYED = [Rule.model_validate(json.loads(block.text)) for block in README.blocks("json", "rule")]
STORIES = [(rule, example) for rule in PLAYED for example in rule.examples
           if any(event.model_dump().get("userId") == "anna" for event in example.events)]
BY_POLICY = {
    "consent": Reason.NOT_CONSENTED, "suppression": Reason.SUPPRESSED_BOUNCE, "frequency_cap": Reason.FREQUENCY_CAPPED,
    "quiet_hours": Reason.QUIET_HOURS}


def test_every_kind_of_trigger_is_shown_by_a_story_of_anna() -> None:
    assert {rule.trigger.kind for rule, example in STORIES if any(told.verdict == "send" for told in example.expect)} == set(TRIGGERS)


@pytest.mark.parametrize("policy", BY_POLICY)
def test_a_policy_that_a_shop_s_events_can_meet_is_shown_by_a_story_of_anna(policy: str) -> None:
    assert policy in dict(POLICIES)
    assert BY_POLICY[policy] in {told.reason for _, example in STORIES for told in example.expect}
