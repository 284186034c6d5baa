"""docs/publishing.md: its commands, options, paths and codes are there."""

import re

from chalicelib.cli.main import beckon
from chalicelib.entrypoints.operations import OPERATIONS
from local.world import ROOT

PAGE = (ROOT / "docs" / "publishing.md").read_text("utf-8")


def test_its_commands_and_options_exist() -> None:
    named = re.findall(r"beckon ([a-z]+)((?: --?[a-z]+| [A-Za-z.\"]+)*)", PAGE)
    assert {command for command, _ in named} >= {"publish", "rollback", "pause", "fetch"}
    for command, rest in named:
        found = beckon.get_command(None, command)  # type: ignore[arg-type]
        assert found is not None, command
        options = {option for parameter in found.params for option in parameter.opts}
        assert set(re.findall(r"--[a-z]+", rest)) <= options


def test_its_paths_are_all_there_are_and_its_codes_are_told() -> None:
    named = {(method, path) for method, path in re.findall(r"`(GET|PUT|POST) (/v1/rule[^`]*)`", PAGE)}
    served = {(method, path.replace("{rule}", "{id}")) for method, path in OPERATIONS if path.startswith("/v1/rule")}
    assert named == served
    told = (ROOT / "chalicelib/entrypoints/rule_answers.py").read_text() + (ROOT / "chalicelib/model/errors.py").read_text()
    for code in ("rules_invalid", "examples_failed", "rulebook_moved", "rule_moved"):
        assert code in PAGE and code in told
