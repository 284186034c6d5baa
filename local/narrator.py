"""narrator: tells on a terminal what happens: a line for every decision and message, counts for events. On a pipe: plain lines."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Table

Document = dict[str, Any]
Line = tuple[str, int, str, str]
_WORD = {"send": "[green]send[/]", "hold": "[yellow]wait[/]", "deny": "[red]no  [/]"}
_CHANNEL = {"email": "mail"}
_MOST_ALIKE = 3  # lines of one moment that say the same of different customers; the others are counted


class Narrator:
    """Tells each decision and message once."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._told: set[tuple[str, ...]] = set()
        self._sums: dict[tuple[str, str], Counter[str]] = {}
        self._reasons: dict[tuple[str, str], Counter[str]] = {}
        self._lines = self._sent = 0
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    @contextmanager
    def playing(self, lines: int) -> Iterator[None]:
        """Show how far the day has come, on a terminal only."""
        if not self._console.is_terminal:
            yield
            return
        columns = (TextColumn("[bold]{task.description}"), BarColumn(bar_width=24), TextColumn("{task.fields[counts]}"))
        with Progress(*columns, console=self._console, transient=True) as progress:
            self._progress, self._task = progress, progress.add_task("", total=lines, counts="")
            yield
        self._progress = None

    def lines(self, moment: str, lines: list[Document]) -> None:
        """Count events, tell what the catalog says, and show the time."""
        self._lines += len(lines)
        for line in lines:
            if line["type"] == "product" and "name" not in line:
                news = f"costs {line['price']:.2f} {line['currency']}" if "price" in line else f"{line['stock']} in stock"
                self._console.print(f"[dim]{moment[11:16]}[/]  [blue]feed[/]  {escape(line['productId']):14} {news}")
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=self._lines, description=moment[11:16],
                                  counts=f"{self._lines} events · {self._sent} messages")

    def news(self, decisions: list[Document], messages: list[Document]) -> None:
        """Tell what has not been told yet, in the order of time; of one moment the decision comes before the message."""
        lines = [line for decision in decisions for line in self._of_decision(decision)]
        lines += [line for number, message in enumerate(messages) for line in self._of_message(number, message)]
        alike: Counter[str] = Counter()
        for moment, _, text, same in sorted(lines, key=lambda line: line[:2]):
            alike[same] += 1
            if alike[same] <= _MOST_ALIKE:
                self._console.print(f"[dim]{moment[11:16]}[/]  {text}", soft_wrap=True)
        for same, number in alike.items():
            if number > _MOST_ALIKE:
                self._console.print(f"       [dim]and {number - _MOST_ALIKE} more: {same}[/]", soft_wrap=True)

    def _of_decision(self, decision: Document) -> Iterator[Line]:
        if self._is_news("decision", decision["key"], decision["decidedAt"], decision["verdict"]):
            reason = (decision["reason"] or "").replace("_", " ")
            way = (decision["rule"], decision["channel"] or "")
            self._sums.setdefault(way, Counter())[decision["verdict"]] += 1
            if reason:
                self._reasons.setdefault(way, Counter())[reason] += 1
            text = f"{decision['rule']}, step {decision['step']}" + (f": [dim]{reason}[/]" if reason else "")
            yield (decision["decidedAt"], 0, f"{_WORD[decision['verdict']]}  {escape(decision['customer']):14} {text}",
                   f"{decision['verdict']} {decision['rule']} {reason}".strip())

    def _of_message(self, number: int, message: Document) -> Iterator[Line]:
        if self._is_news("message", str(number), message["key"]):
            self._sent += 1
            said = message["subject"] or message.get("title") or message["text"].strip().partition("\n")[0]
            text = f"{escape(said)} [dim]to {escape(message['address'] or '')}[/]"
            word = f"{_CHANNEL.get(message['channel'], message['channel'])[:4]:4}"
            self._sums.setdefault((message["rule"] or "", message["channel"]), Counter())["message"] += 1
            yield (message["at"], 1, f"[bold cyan]{word}[/]  {escape(message['customer'] or ''):14} {text}",
                   f"{word.strip()} of {message['rule']}")

    def summary(self, url: str, totals: Document) -> None:
        """The day by rule and channel, and what to try next."""
        tell = self._console.print
        tell()
        tell(f"[bold]The day is over[/]: {totals['events']} events, {totals['decisions']} decisions, {totals['messages']} messages.")
        table = Table("rule", "channel", "sent", "waited", "not sent", "why not", box=box.SIMPLE)
        for way, sums in sorted(self._sums.items(), key=lambda item: (-item[1]["message"], item[0])):
            why = ", ".join(f"{reason} {number}" for reason, number in self._reasons.get(way, Counter()).most_common(4))
            table.add_row(escape(way[0]), escape(way[1]), *(str(sums[name]) for name in ("message", "hold", "deny")), why)
        tell(table)
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
