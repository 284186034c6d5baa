"""judge: what the API itself finds of rules that are to be published, whatever the caller has checked: the linter, and the examples played.

The linter reads a folder, so the files are written into one, for as long as it takes. Both are loaded when they are needed: the function of
the API seldom does.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ..flows.publishing import Finding
from ..model.errors import RuleInvalid
from ..rulebook.rule_files import rule_file

TIME = 15.0  # seconds for examples: API Gateway waits 29 for everything


class FolderJudge:
    """A judge of one request."""

    def __init__(self) -> None:
        self._until = time.monotonic() + TIME

    def problems(self, files: Mapping[str, str]) -> list[Finding]:
        """See `Judge`."""
        from ..rulebook.lint import find_problems

        with folder_of(files) as folder:
            return [finding("error", problem, folder) for problem in find_problems(folder)]

    def play(self, files: Mapping[str, str], rules: Sequence[str]) -> tuple[list[str], list[Finding]]:
        """See `Judge`."""
        from ..backtest.examples import play
        from ..rulebook.loading import load_rulebook

        with folder_of(files) as folder:
            rulebook = load_rulebook(folder)
        played: list[str] = []
        failures: list[Finding] = []
        for id in rules:
            for example in rulebook.rules[id].examples:
                failures += [finding("error", RuleInvalid(f"{rule_file(id)}: example {example.name!r}", problem))
                             for problem in play(rulebook, rulebook.rules[id], example)]
            played.append(id)
            if time.monotonic() > self._until:
                break
        return played, failures


def look_over(files: Mapping[str, str]) -> list[Finding]:
    """All that the linter says of files: what is wrong, and what is read otherwise than it seems."""
    from ..rulebook.lint import find_problems, find_remarks

    with folder_of(files) as folder:
        return [*(finding("error", problem, folder) for problem in find_problems(folder)),
                *(finding("remark", remark, folder) for remark in find_remarks(folder))]


def finding(level: str, found: RuleInvalid, folder: Path | None = None) -> Finding:
    """One finding as `beckon lint --json` tells it, with places in the rules folder."""
    place = found.place if folder is None else found.place.replace(f"{folder}/", "")
    problem, mend = (text if folder is None else text.replace(f"{folder}/", "") for text in (found.problem, found.mend))
    return {"level": level, "place": place, "problem": problem, "mend": mend}


@contextmanager
def folder_of(files: Mapping[str, str]) -> Iterator[Path]:
    """A folder with these files, which are those of a rulebook (`is_rule_file`)."""
    with TemporaryDirectory(prefix="rules-") as directory:
        folder = Path(directory)
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        yield folder
