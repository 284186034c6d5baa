"""email_html: the links and the end of an e-mail's HTML, found by a parser and changed in place: every other character stays as it is.

What stands in comments (conditional ones for Outlook too), in scripts and in styles is no link here.
"""

import re
from collections.abc import Callable
from html import escape, unescape
from html.entities import html5
from html.parser import HTMLParser

_TAG = re.compile(r"<[a-z][^\s/>]*", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""[\s/]*(?P<name>[^\s/>=]+)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'>][^\s>]*)))?""")
_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#x[0-9a-f]+;?|(?P<name>[a-z][a-z0-9]*;|[a-z][a-z0-9]*(?![=a-z0-9;])))", re.IGNORECASE)

Change = tuple[int, int, str]
"""From where to where, and what is to stand there."""


def lead_links(html: str, lead: Callable[[str], str | None], picture: str | None) -> str:
    """The HTML with links as `lead` says (None: as it is), and before its end the picture at this address, if there is one."""
    finder = _Finder(html)
    changes: list[Change] = []
    for start, end in finder.links:
        led = lead(_read(html[start:end]))
        if led is not None:
            changes.append((start, end, escape(led)))
    if picture is not None:
        end = len(html) if finder.end is None else finder.end
        changes.append((end, end, f'<img src="{escape(picture)}" width="1" height="1" alt="" style="border:0">'))
    for start, end, text in sorted(changes, reverse=True):
        html = html[:start] + text + html[end:]
    return html


class _Finder(HTMLParser):
    """Where the addresses of links stand, and where the body ends."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[int, int]] = []
        self.end: int | None = None
        self._lines = [0, *(found.end() for found in re.finditer("\n", html))]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("a", "area"):
            place, text = self._place(), self.get_starttag_text() or ""
            span = _href(text)
            if span is not None:
                self.links.append((place + span[0], place + span[1]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "body":
            self.end = self._place()

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def _href(tag: str) -> tuple[int, int] | None:
    """From where to where the value of the first `href` of a tag goes."""
    name = _TAG.match(tag)
    place = name.end() if name else len(tag)
    while found := _ATTRIBUTE.match(tag, place):
        if found["name"].lower() == "href":
            value = next((kind for kind in ("double", "single", "bare") if found[kind] is not None), None)
            return found.span(value) if value else None
        place = found.end()
    return None


def _read(value: str) -> str:
    """The value of an attribute as browsers read it: `&copy=2` is no sign there (Python's own reading would make it one)."""
    return _REFERENCE.sub(lambda found: html5.get(found["name"], found[0]) if found["name"] else unescape(found[0]), value)
