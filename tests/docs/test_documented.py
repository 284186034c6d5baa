"""test_documented: whatever marketers can write or meet is explained, and generated files are those of this version."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from chalicelib.channels.registry import CHANNELS
from chalicelib.cli.main import beckon
from chalicelib.conditions.functions import OURS
from chalicelib.model.reason import Reason
from chalicelib.policies.registry import POLICIES
from chalicelib.rulebook.lint.registry import KINDS as FINDINGS
from chalicelib.rulebook.schema import SCHEMAS
from chalicelib.triggers.registry import TRIGGERS

from .page import ROOT, Page, letters

README = Page(ROOT / "rules" / "README.md")
VECTORS = ROOT / "tests" / "vectors"
KINDS = [*(("triggers", name) for name in TRIGGERS), *(("policies", name) for name, _ in POLICIES),
         *(("channels", name) for name in CHANNELS)]


@pytest.mark.parametrize(("room", "name"), KINDS)
def test_every_trigger_policy_and_channel_has_a_file_of_vectors_and_a_paragraph(room: str, name: str) -> None:
    assert (VECTORS / room / f"{name}.json").is_file(), f"write tests/vectors/{room}/{name}.json"
    assert letters(name) in README.headings(), f"give rules/README.md a heading for {name}"


@pytest.mark.parametrize("room", ["triggers", "policies", "channels"])
def test_no_file_of_vectors_is_left_over(room: str) -> None:
    assert {path.stem for path in (VECTORS / room).glob("*.json")} == {name for place, name in KINDS if place == room}


def test_every_reason_is_explained_once_and_no_other() -> None:
    told = README.first_cells("Reasons")
    assert sorted(told) == sorted(Reason)


def test_every_function_of_ours_is_explained_once_and_shown() -> None:
    assert sorted(README.first_cells("Functions")) == sorted(OURS)
    shown = "".join(block.text for block in README.blocks("jmespath"))
    assert not {name for name in OURS if f"{name}(" not in shown}


def test_every_kind_of_finding_is_in_the_table_with_its_level() -> None:
    section = README.text.split("\n## What lint finds\n")[1].split("\n## ")[0]
    rows = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in section.splitlines() if line.startswith("| `")]
    assert rows == [(f"`{kind.code}`", kind.level, kind.about) for kind in FINDINGS.values()]


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_is_named(name: str) -> None:
    schema = SCHEMAS[name].model_json_schema()
    fields = {field for part in (schema, *schema.get("$defs", {}).values()) for field in part.get("properties", {})}
    assert fields
    assert not {field for field in fields if not re.search(rf"[`\"]{re.escape(field)}[`\"]", README.text)}


def test_the_schemas_in_the_folder_are_those_of_this_version(tmp_path: Path) -> None:
    result = CliRunner().invoke(beckon, ["schema", str(tmp_path)], catch_exceptions=False)
    assert result.exit_code == 0
    written = {path.name: path.read_text("utf-8") for path in (tmp_path / "schema").iterdir()}
    kept = {path.name: path.read_text("utf-8") for path in (ROOT / "rules" / "schema").iterdir()}
    assert kept == written, "run `beckon schema`"
