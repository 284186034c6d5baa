"""unsubscribe_page: what the page behind a message's unsubscribe link says."""

from .page import page

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
    "kk": ("Жазылымнан бас тарту", "$brand жіберетін «$topic» хаттарын тоқтатайық па?", "Бас тарту",
           "Дайын. $brand енді «$topic» хаттарын жібермейді.",
           "Бұл сілтеме толық емес немесе ескірген. Ештеңе өзгерген жоқ. Ең соңғы хаттағы сілтемені ашыңыз."),
}


def question_page(language: str, brand: str, topic: str, more: str = "") -> bytes:
    """Asks, with a button, and offers `more` below; opening it changes nothing."""
    title, question, button, _, _ = _TEXTS[language]
    return page(language, title, question, button=button, one_click=True, more=more, brand=brand, topic=topic)


def done_page(language: str, brand: str, topic: str) -> bytes:
    """Says that it is done."""
    title, _, _, done, _ = _TEXTS[language]
    return page(language, title, done, brand=brand, topic=topic)


def unknown_page(language: str) -> bytes:
    """Says that the link is none of ours."""
    title, _, _, _, unknown = _TEXTS[language]
    return page(language, title, unknown)
