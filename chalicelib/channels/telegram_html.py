"""telegram_html: the HTML that Telegram takes in a message, which is little: few tags, few references, every tag closed in order.

Telegram refuses a message whose markup it does not know, so it is looked at before anything is sent.
Source: https://core.telegram.org/bots/api#html-style
"""

from html.entities import html5
from html.parser import HTMLParser

MOST_UNITS = 4_096  # UTF-16 code units of what is read, without the markup
_REFERENCES = ("lt", "gt", "amp", "quot")
_BARE = ("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "pre", "tg-spoiler")
_KNOWN = (*_BARE, "a", "code", "blockquote", "span", "tg-emoji")

Attributes = list[tuple[str, str | None]]


def find_problem(html: str) -> str | None:
    """What Telegram would not take, in words that name the tag; None when it would take everything."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.problem is None and reader.unclosed:
        return f"<{reader.unclosed[-1]}> is not closed"
    if reader.problem is None and not reader.seen:
        return "there is nothing to read in it"
    if reader.problem is None and reader.units > MOST_UNITS:
        return f"it has {reader.units} characters; Telegram takes {MOST_UNITS}"
    return reader.problem


class _Reader(HTMLParser):
    """The first thing that is wrong, how many UTF-16 units are read, and whether anything is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.problem: str | None = None
        self.units = 0
        self.seen = False
        self.unclosed: list[str] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        problem = _tag_problem(tag, attrs)
        if problem:
            self._wrong(problem)
        self.unclosed.append(tag)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self._wrong(_tag_problem(tag, attrs) or f"<{tag}/> closes nothing: write <{tag}>…</{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if not self.unclosed or self.unclosed.pop() != tag:
            self._wrong(f"</{tag}> closes another tag than the last that was opened")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            self._wrong("a < that begins no tag is written &lt;")
        self._read(data)

    def handle_entityref(self, name: str) -> None:
        if name not in _REFERENCES and f"{name};" in html5:
            self._wrong(f"&{name}; is not known there: write the character itself")
        self._read("x" if name in _REFERENCES else f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._read("x")

    def handle_comment(self, data: str) -> None:
        self._wrong("comments are not known there: write {% comment %}…{% endcomment %}")

    def handle_decl(self, decl: str) -> None:
        self._wrong(f"<!{decl[:20]}> is not known there")

    def handle_pi(self, data: str) -> None:
        self._wrong(f"<?{data[:20]}> is not known there")

    def unknown_decl(self, data: str) -> None:
        self._wrong(f"<![{data[:20]}> is not known there")

    def _read(self, text: str) -> None:
        self.units += len(text.encode("utf-16-le", "surrogatepass")) // 2
        self.seen = self.seen or bool(text.strip())

    def _wrong(self, problem: str) -> None:
        self.problem = self.problem or problem


def _tag_problem(tag: str, attributes: Attributes) -> str | None:
    if tag not in _KNOWN:
        return f"<{tag}> is not known there: it knows {', '.join(_KNOWN)}" + ("; a line ends where it ends" if tag in ("br", "p") else "")
    match tag, attributes:
        case "a", [("href", str(address))] if address:
            return None
        case "span", [("class", "tg-spoiler")]:
            return None
        case "code", [("class", str(language))] if language.startswith("language-"):
            return None
        case "tg-emoji", [("emoji-id", str(number))] if number.isdecimal():
            return None
        case "blockquote", [("expandable", _)]:
            return None
        case ("code" | "blockquote"), []:
            return None
        case _, [] if tag in _BARE:
            return None
    return f"<{tag}> is not written like that there: see https://core.telegram.org/bots/api#html-style"
