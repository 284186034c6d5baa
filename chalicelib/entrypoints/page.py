"""page: the pages behind the links in messages, in the reader's language, without scripts or anything from elsewhere."""

from html import escape
from string import Template

LANGUAGES = ("en", "bg", "ru", "kk")

HEADERS = {
    "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
}
_PAGE = Template("""<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>$title</title>
<style>
:root { color-scheme: light dark; }
body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 15vh auto; padding: 0 1.25rem; }
button { font: inherit; padding: .75rem 1.5rem; min-height: 2.75rem; border: 0; border-radius: .5rem; cursor: pointer;
  background: #1a56c4; color: #fff; }
fieldset { border: 1px solid #8888; border-radius: .5rem; margin: 0 0 1rem; }
label { display: inline-block; min-height: 2.75rem; }
button:focus-visible, input:focus-visible { outline: 3px solid #f5a623; outline-offset: 2px; }
</style>
</head>
<body>
<main>
<h1>$title</h1>
<p role="status">$text</p>
$form
$more
</main>
</body>
</html>
""")
_FORM = Template("""<form method="post">
$field<button type="submit">$button</button>
</form>""")
_ONE_CLICK = '<input type="hidden" name="List-Unsubscribe" value="One-Click">\n'  # RFC 8058: the same call as a mail program's own button


def language_of(accept_language: str) -> str:
    """The first language the reader's browser names that pages are written in, else English."""
    for entry in accept_language.split(","):
        language = entry.partition(";")[0].strip().lower().partition("-")[0]
        if language in LANGUAGES:
            return language
    return "en"


def page(language: str, title: str, text: str, *, button: str = "", one_click: bool = False, more: str = "", **names: str) -> bytes:
    """A title, a text with `$names` in it, a button that posts, if there is one, and `more` HTML below."""
    form = _FORM.substitute(button=escape(button), field=_ONE_CLICK if one_click else "") if button else ""
    said = escape(Template(text).substitute(names))
    return _PAGE.substitute(language=language, title=escape(title), text=said, form=form, more=more).encode()
