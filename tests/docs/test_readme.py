"""The README tells the truth: its rule is a rule, its curl lines work as written, its links lead somewhere, its commands exist."""

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from chalicelib.cli.main import COMMANDS, beckon
from chalicelib.rulebook.rule import Rule
from local.world import ROOT, World
from simulators.shop_client import ShopClient

README = (ROOT / "README.md").read_text("utf-8")
LINES = [line.removeprefix("$ ").partition("#")[0].strip() for block in re.findall(r"```console\n(.*?)```", README, re.S)
         for line in block.splitlines() if line.startswith("$ ")]


def test_the_rule_is_a_rule():
    (block,) = re.findall(r"```json\n(.*?)```", README, re.S)
    rule = Rule.model_validate(json.loads(block))
    assert rule.trigger.describe() == "1h after Product Added without Order Completed"
    assert (ROOT / "rules" / "templates" / rule.steps[0].send.template).is_dir()


def test_the_curl_lines_bring_a_mail(tmp_path):
    curls = [shlex.split(line) for line in LINES if line.startswith("curl")]
    assert len(curls) == 3
    world = World(Path(ROOT) / "rules", "http://localhost:8080").start()
    try:
        shop = ShopClient(world)
        shop.begin("2026-03-02T10:00:00Z")
        for curl in curls:
            url, body = next(word for word in curl if word.startswith("http")), json.loads(curl[curl.index("-d") + 1])
            if "/local/" in url:
                shop.do(url.rpartition("/")[2], body)
            else:
                assert curl[curl.index("-u") + 1] == "web-local:"
                assert shop.post({"type": url.rpartition("/")[2], **body})["stored"] == 1
        (mail,) = shop.get("inbox.json")
        assert mail["address"] == "you@example.com"
        assert "The Quiet Sea" in mail["text"]
    finally:
        world.stop()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(((?!http)[^)#]+)\)", README))))
def test_links_lead_somewhere(target):
    assert (ROOT / target).exists()


def test_commands_exist():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"\bmake ([a-z0-9]+)", README)) - {"are"}:
        assert re.search(rf"^{target}: ", makefile, re.M), f"make {target}"
    for command in set(re.findall(r"(?:`|bin/)beckon ([a-z]+)", README)):
        assert command in COMMANDS, f"beckon {command}"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_helps_with_an_example(command):
    shown = CliRunner().invoke(beckon, [command, "--help"])
    assert shown.exit_code == 0
    assert f"Example: beckon {command}" in shown.output
