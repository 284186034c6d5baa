"""preferences_page: what the reader may choose to hear about, under the question whether to unsubscribe, and that the choice is saved."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from string import Template

from ..flows.preferences import PACES, Preference
from .page import page

FIELD = "preferences"  # says that a POST is this form's
SHOWN, AGREED = "shown", "yes"

# language -> title, introduction, button, saved with topics, saved without any
_TEXTS = {
    "en": ("What you hear about", "Or choose what $brand may write to you about:", "Save", "Saved. $brand writes to you about: $topics.",
           "Saved. $brand will not write to you about any of these."),
    "bg": ("За какво да ви пишем", "Или изберете за какво може да ви пише $brand:", "Запазване", "Запазено. $brand ви пише за: $topics.",
           "Запазено. $brand няма да ви пише за нищо от това."),
    "ru": ("О чём вам писать", "Или выберите, о чём $brand может вам писать:", "Сохранить", "Сохранено. $brand пишет вам о темах: $topics.",
           "Сохранено. Ни об одной из этих тем $brand писать не будет."),
    "kk": ("Не туралы жазайық", "Немесе $brand сізге не туралы жаза алатынын таңдаңыз:", "Сақтау",
           "Сақталды. $brand сізге мына тақырыптар туралы жазады: $topics.",
           "Сақталды. $brand бұл тақырыптардың ешқайсысы туралы жазбайды."),
}
_SAID = {
    "en": {"given": "you said yes", "withdrawn": "you said no", "unknown": "you have not said"},
    "bg": {"given": "съгласихте се", "withdrawn": "отказахте се", "unknown": "още не сте казали"},
    "ru": {"given": "вы согласились", "withdrawn": "вы отказались", "unknown": "вы ещё не ответили"},
    "kk": {"given": "келісім бердіңіз", "withdrawn": "бас тарттыңыз", "unknown": "әлі айтқан жоқсыз"},
}
# language -> legend, as it comes, at most once a week, at most once a month
_OFTEN = {
    "en": ("How often", "whenever there is something", "at most once a week", "at most once a month"),
    "bg": ("Колко често", "винаги когато има нещо", "най-много веднъж седмично", "най-много веднъж месечно"),
    "ru": ("Как часто", "когда есть о чём написать", "не чаще раза в неделю", "не чаще раза в месяц"),
    "kk": ("Қаншалықты жиі", "жазатын нәрсе болған сайын", "аптасына бір реттен жиі емес", "айына бір реттен жиі емес"),
}
EVERY = "every"
_CHANNELS = {"email": "E-mail", "sms": "SMS", "push": "Push", "telegram": "Telegram", "whatsapp": "WhatsApp", "viber": "Viber",
             "messenger": "Messenger", "webhook": "Webhook"}
_CHOICE = Template("""<p><label><input type="checkbox" name="$agreed" value="$subject"$state> $topic</label> <small>$said</small>$shown</p>
""")


def preferences_form(language: str, brand: str, choices: Sequence[Preference], pace: str | None = None) -> str:
    """The form, as HTML; empty when there is nothing to choose from. `pace`: how often at most, as chosen before."""
    if not choices:
        return ""
    title, introduction, button, _, _ = _TEXTS[language]
    fields = "".join(_of_channel(language, channel, entries) for channel, entries in groupby(choices, key=lambda entry: entry.channel))
    return (f'<h2>{escape(title)}</h2>\n<p>{escape(Template(introduction).substitute(brand=brand))}</p>\n<form method="post">\n'
            f'<input type="hidden" name="{FIELD}" value="save">\n{fields}{_how_often(language, pace)}'
            f'<button type="submit">{escape(button)}</button>\n</form>')


def saved_page(language: str, brand: str, choices: Sequence[Preference]) -> bytes:
    """Says what counts from now on."""
    title, _, _, some, none = _TEXTS[language]
    topics = ", ".join(f"{entry.topic} ({_channel(entry.channel)})" for entry in choices if entry.said == "given")
    return page(language, title, some if topics else none, brand=brand, topics=topics)


def _how_often(language: str, pace: str | None) -> str:
    legend, *words = _OFTEN[language]
    fields = "".join(f'<p><label><input type="radio" name="{EVERY}" value="{value}"{" checked" if value == (pace or "") else ""}> {word}'
                     f"</label></p>\n" for value, word in zip(("", *PACES), words, strict=True))
    return f"<fieldset><legend>{legend}</legend>\n{fields}</fieldset>\n"


def _of_channel(language: str, channel: str, entries: Iterable[Preference]) -> str:
    return f"<fieldset><legend>{_channel(channel)}</legend>\n{''.join(_choice(language, entry) for entry in entries)}</fieldset>\n"


def _choice(language: str, entry: Preference) -> str:
    """What cannot be agreed to here is shown, but not taken as a word."""
    subject = escape(f"{entry.channel}/{entry.topic}")
    shown = f'<input type="hidden" name="{SHOWN}" value="{subject}">' if entry.may_agree else ""
    state = (" checked" if entry.said == "given" else "") + ("" if entry.may_agree else " disabled")
    return _CHOICE.substitute(agreed=AGREED, subject=subject, state=state, topic=escape(entry.topic), said=_SAID[language][entry.said],
                              shown=shown)


def _channel(channel: str) -> str:
    return escape(_CHANNELS.get(channel, channel))
