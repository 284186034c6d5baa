"""judge: what the API itself finds of rules that are to be published, whatever the caller has checked: the linter, and the examples played.

The linter reads a folder, so the files are written into one, for as long as it takes. Both are loaded when they are needed: the function of
the API seldom does.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory

from ..flows.judging import Finding
from ..model.coupon import Stock
from ..model.dictionary import DAYS
from ..model.errors import RuleInvalid
from ..model.instant import DAY
from ..model.spot import Spot
from ..ports import Ports
from ..rulebook.maker import maker
from ..rulebook.rule_files import place_of, rule_file

TIME = 15.0  # seconds for examples: API Gateway waits 29 for everything
SOURCES = Path(__file__).parents[1]


class FolderJudge:
    """A judge of one request."""

    def __init__(self) -> None:
        self._until = time.monotonic() + TIME

    @property
    def name(self) -> str:
        """See `Judge`: of this Beckon, and what it reads rules and templates with."""
        return _name()

    def problems(self, files: Mapping[str, str]) -> list[Finding]:
        """See `Judge`."""
        from ..rulebook.lint import find_problems

        with folder_of(files) as folder:
            return [_told(problem, folder) for problem in find_problems(folder)]

    def play(self, files: Mapping[str, str], rules: Sequence[str]) -> tuple[list[str], list[Finding]]:
        """See `Judge`."""
        from ..backtest.examples import play
        from ..rulebook.lint import document_of
        from ..rulebook.loading import load_rulebook

        wanted = set(rules)
        played_alone = {path: text for path, text in files.items() if place_of(path)[0] != "rule" or place_of(path)[1] in wanted}
        with folder_of(played_alone) as folder:
            rulebook = load_rulebook(folder)
        played: list[str] = []
        failures: list[Finding] = []
        for id in rules:
            for example in rulebook.rules[id].examples:
                failures += [document_of(RuleInvalid(f"{rule_file(id)}: example {example.name!r}", problem, code="example-fails",
                                                     at=Spot(rule_file(id))), level="error")
                             for problem in play(rulebook, rulebook.rules[id], example)]
            played.append(id)
            if time.monotonic() > self._until:
                break
        return played, failures


@cache
def _name() -> str:
    """All sources count, not only the linter's: it checks by playing rules, too, and nobody has to remember what it uses."""
    import liquid
    import pydantic

    told = blake2b(maker() + f"{pydantic.VERSION} {liquid.__version__}".encode(), digest_size=16)
    for path in sorted(SOURCES.rglob("*.py")):
        told.update(f"{path.relative_to(SOURCES).as_posix()} {path.stat().st_size} ".encode() + path.read_bytes())
    return told.hexdigest()


def look_over(ports: Ports, files: Mapping[str, str]) -> list[Finding]:
    """All that the linter says of files: errors and remarks; events are looked up among those seen lately, if any were, stores and coupon
    pools among those that are there."""
    from ..rulebook.lint import all_pools, all_stores, find_all, seen_from
    from ..rulebook.loading import read_contents

    with folder_of(files) as folder:
        rules = read_contents(folder)[0].rules.values()
        stores = frozenset(ports.stores.find(all_stores(rules)))
        pools = frozenset(pool for pool in all_pools(rules) if ports.coupons.stock(pool) != Stock(0, 0, 0))
        seen = seen_from(ports.dictionary.entries(ports.clock() - DAYS * DAY), stores, pools)
        return [_told(found, folder) for found in find_all(folder, seen)]


def _told(found: RuleInvalid, folder: Path) -> Finding:
    """A finding as `beckon lint --json` tells it, with places in the rules folder."""
    from ..rulebook.lint import document_of

    return document_of(found, folder)


@contextmanager
def folder_of(files: Mapping[str, str]) -> Iterator[Path]:
    """A folder with these files, which are those of a rulebook (`is_rule_file`)."""
    with TemporaryDirectory(prefix="rules-") as directory:
        folder = Path(directory)
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        yield folder
