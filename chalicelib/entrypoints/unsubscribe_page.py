"""unsubscribe_page: the page behind the link in a message, in the reader's language, without scripts or anything from elsewhere."""

from html import escape
from string import Template

# language -> title, question, button, done, not ours
_TEXTS = {
    "en": ("Unsubscribe", "Stop e-mails about “$topic” from $brand?", "Unsubscribe",
           "Done. You will get no more e-mails about “$topic” from $brand.",
           "This link is incomplete or no longer valid. Nothing was changed. Please use the link in the newest message."),
    "bg": ("Отписване", "Да спрем ли имейлите за „$topic“ от $brand?", "Отписване",
           "Готово. Няма да получавате повече имейли за „$topic“ от $brand.",
           "Тази връзка е непълна или вече не е валидна. Нищо не е променено. Използвайте връзката в най-новото съобщение."),
    "ru": ("Отписка", "Больше не присылать письма «$topic» от $brand?", "Отписаться",
           "Готово. Писем «$topic» от $brand больше не будет.",
           "Эта ссылка неполна или устарела. Ничего не изменилось. Откройте ссылку из самого нового письма."),
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
button:focus-visible { outline: 3px solid #f5a623; outline-offset: 2px; }
</style>
</head>
<body>
<main>
<h1>$title</h1>
<p role="status">$text</p>
$form
</main>
</body>
</html>
""")
_FORM = Template("""<form method="post">
<input type="hidden" name="List-Unsubscribe" value="One-Click">
<button type="submit">$button</button>
</form>""")

HEADERS = {
    "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
}


def question_page(language: str, brand: str, topic: str) -> bytes:
    """Asks, with a button; opening it changes nothing."""
    title, question, button, _, _ = _TEXTS[language]
    return _page(language, title, _said(question, brand, topic), _FORM.substitute(button=escape(button)))


def done_page(language: str, brand: str, topic: str) -> bytes:
    """Says that it is done."""
    title, _, _, done, _ = _TEXTS[language]
    return _page(language, title, _said(done, brand, topic), "")


def unknown_page(language: str) -> bytes:
    """Says that the link is none of ours."""
    return _page(language, _TEXTS[language][0], escape(_TEXTS[language][4]), "")


def language_of(accept_language: str) -> str:
    """The first language the reader's browser names that the page is written in, else English."""
    for entry in accept_language.split(","):
        language = entry.partition(";")[0].strip().lower().partition("-")[0]
        if language in _TEXTS:
            return language
    return "en"


def _said(text: str, brand: str, topic: str) -> str:
    return escape(Template(text).substitute(brand=brand, topic=topic))


def _page(language: str, title: str, text: str, form: str) -> bytes:
    return _PAGE.substitute(language=language, title=escape(title), text=text, form=form).encode()
