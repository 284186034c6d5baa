"""Every kind of finding: what is found and what is rightly not, as changes to a small shop in which nothing is wrong."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from chalicelib.cli.events_seen import seen_in
from chalicelib.cli.lint import shown_line
from chalicelib.rulebook.lint import find_all, level_of
from chalicelib.rulebook.lint.registry import KINDS

LINT = Path(__file__).parent / "lint"
SHOP = LINT / "shop"
VECTORS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(LINT.glob("*.json")) if path.stem != "mistakes"}
MISTAKES = json.loads((LINT / "mistakes.json").read_text("utf-8"))
FOUND = [pytest.param(code, case, id=f"{code}-{number}") for code, vector in VECTORS.items()
         for number, case in enumerate(vector["found"], 1)]
NOT_FOUND = [pytest.param(code, case, id=f"{code}-{case['why']}") for code, vector in VECTORS.items() for case in vector["not found"]]


def changed(folder: Path, change: dict[str, Any]) -> None:
    """Change files: a pair says what is written anew and how, a text is the whole file, an object is its JSON, null takes it away."""
    for name, written in change.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if written is None:
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
        elif isinstance(written, str):
            path.write_bytes(written.encode("latin-1" if name.endswith(".latin1.json") else "utf-8"))
        elif isinstance(written, list) and len(written) == 2 and all(isinstance(part, str) for part in written):
            text = path.read_text("utf-8")
            assert text.count(written[0]) == 1, f"{written[0]!r} stands {text.count(written[0])} times in {name}"
            path.write_text(text.replace(*written), "utf-8")
        else:
            path.write_text(json.dumps(written, indent=2), "utf-8")


def linted(case: dict[str, Any], place: Path) -> list[Any]:
    """The findings in the shop with the changes of a case."""
    folder = place / "shop"
    shutil.copytree(SHOP, folder)
    changed(folder, case.get("change", {}))
    events = place / "events.ndjson"
    events.write_text("\n".join(json.dumps(line) for line in case.get("events", [])), "utf-8")
    return find_all(folder, seen_in([events]) if case.get("events") else None)


def lines(findings: list[Any], place: Path) -> list[str]:
    """The findings as `beckon lint` prints them, with files as they are called in the shop."""
    return [shown_line(found).replace(f"{place / 'shop'}/", "") for found in findings]


@pytest.mark.filterwarnings("ignore:deprecated string literal syntax:PendingDeprecationWarning")  # `20 EUR`, which people write
@pytest.mark.parametrize(("code", "case"), FOUND)
def test_what_is_wrong_is_one_line_that_says_where_and_what_to_do(code: str, case: dict[str, Any], tmp_path: Path) -> None:
    findings = linted(case, tmp_path)
    assert lines(findings, tmp_path) == [case["says"]]
    assert [found.code for found in findings] == [code]
    assert findings[0].mend and "\n" not in case["says"]
    if "shows" in case:
        assert findings[0].shown.splitlines() == case["shows"]


@pytest.mark.parametrize(("code", "case"), NOT_FOUND)
def test_what_is_right_is_left_alone(code: str, case: dict[str, Any], tmp_path: Path) -> None:
    assert lines(linted(case, tmp_path), tmp_path) == []


@pytest.mark.parametrize("code", KINDS)
def test_every_kind_has_what_is_found_and_what_is_rightly_not(code: str) -> None:
    assert code in VECTORS, f"write tests/vectors/lint/{code}.json"
    assert VECTORS[code]["found"] and VECTORS[code]["not found"]


def test_no_file_of_vectors_is_left_over() -> None:
    assert VECTORS.keys() == KINDS.keys()


def test_the_shop_has_nothing_to_mend() -> None:
    assert find_all(SHOP) == []


def test_there_are_twenty_typical_mistakes_and_more() -> None:
    assert len({case["mistake"] for case in MISTAKES}) == len(MISTAKES) >= 20


@pytest.mark.parametrize("case", [pytest.param(case, id=case["mistake"]) for case in MISTAKES])
def test_a_typical_mistake_gives_one_line_that_says_what_to_do(case: dict[str, Any], tmp_path: Path) -> None:
    findings = linted(case, tmp_path)
    assert lines(findings, tmp_path) == [case["says"]]
    assert level_of(findings[0]) == "error" or case.get("remark")
    assert findings[0].at is not None and findings[0].at.line > 0
