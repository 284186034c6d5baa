"""narrator: tells on a terminal what happens: a line for every decision and message, counts for events. On a pipe: plain lines."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn

Document = dict[str, Any]
Line = tuple[str, int, str]
_WORD = {"send": "[green]send[/]", "hold": "[yellow]wait[/]", "deny": "[red]no  [/]"}


class Narrator:
    """Tells each decision and message once."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._told: set[tuple[str, ...]] = set()
        self._reasons: Counter[str] = Counter()
        self._events = self._sent = 0
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    @contextmanager
    def playing(self, calls: int) -> Iterator[None]:
        """Show how far the day has come, on a terminal only."""
        if not self._console.is_terminal:
            yield
            return
        columns = (TextColumn("[bold]{task.description}"), BarColumn(bar_width=24), TextColumn("{task.fields[counts]}"))
        with Progress(*columns, console=self._console, transient=True) as progress:
            self._progress, self._task = progress, progress.add_task("", total=calls, counts="")
            yield
        self._progress = None

    def events(self, moment: str, calls: list[Document]) -> None:
        """Count events, and show the time."""
        self._events += len(calls)
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=self._events, description=moment[11:16],
                                  counts=f"{self._events} events · {self._sent} messages")

    def news(self, decisions: list[Document], messages: list[Document]) -> None:
        """Tell what has not been told yet, in the order of time; of one moment the decision comes before the message."""
        lines = [line for decision in decisions for line in self._of_decision(decision)]
        lines += [line for number, message in enumerate(messages) for line in self._of_message(number, message)]
        for moment, _, text in sorted(lines, key=lambda line: line[:2]):
            self._console.print(f"[dim]{moment[11:16]}[/]  {text}", soft_wrap=True)

    def _of_decision(self, decision: Document) -> Iterator[Line]:
        if self._is_news("decision", decision["key"], decision["decidedAt"], decision["verdict"]):
            reason = (decision["reason"] or "").replace("_", " ")
            self._reasons[f"{decision['verdict']}: {reason}" if reason else decision["verdict"]] += 1
            text = f"{decision['rule']}, step {decision['step']}" + (f": [dim]{reason}[/]" if reason else "")
            yield decision["decidedAt"], 0, f"{_WORD[decision['verdict']]}  {escape(decision['customer']):12} {text}"

    def _of_message(self, number: int, message: Document) -> Iterator[Line]:
        if self._is_news("message", str(number), message["key"]):
            self._sent += 1
            text = f"{escape(message['subject'])} [dim]to {escape(message['address'])}[/]"
            yield message["at"], 1, f"[bold cyan]mail[/]  {escape(message['customer'] or ''):12} {text}"

    def summary(self, url: str, totals: Document) -> None:
        """The day in a few lines, and what to try next."""
        tell = self._console.print
        tell()
        tell(f"[bold]The day is over[/]: {totals['events']} events, {totals['decisions']} decisions, {totals['messages']} messages.")
        for what, number in self._reasons.most_common():
            tell(f"  {number:4}  {what}")
        tell()
        tell(f"What went out, and why, as its readers see it:  [bold]{url}/local[/]")
        tell("Leave something in a cart yourself, then let an hour pass:")
        for line in _TRY:
            tell("  " + line.replace("URL", url), markup=False, soft_wrap=True)

    def _is_news(self, *what: str) -> bool:
        known = what in self._told
        self._told.add(what)
        return not known


_TRY = """\
curl -u web-local: URL/v1/identify -d '{"userId":"you","traits":{"email":"you@example.com","timezone":"Europe/Sofia",\
"consents":{"email":["offers"]}}}'
curl -u web-local: URL/v1/track -d '{"userId":"you","event":"Product Added","properties":{"product_id":"b-101",\
"name":"The Lighthouse at Low Tide","price":18.5,"currency":"EUR"}}'
curl URL/local/clock -d '{"advance":"2h"}'""".splitlines()
