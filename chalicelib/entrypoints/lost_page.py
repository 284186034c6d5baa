"""lost_page: what is said behind a link that leads nowhere, because it was cut off or changed on its way."""

from .page import page

_TEXTS = {
    "en": ("This link leads nowhere", "It is incomplete or was changed. Please use the link in the message once more."),
    "bg": ("Тази връзка не води никъде", "Тя е непълна или е променена. Моля, отворете отново връзката в съобщението."),
    "ru": ("Эта ссылка никуда не ведёт", "Она неполна или была изменена. Откройте ссылку из сообщения ещё раз."),
    "kk": ("Бұл сілтеме ешқайда апармайды", "Ол толық емес немесе өзгертілген. Хабарламадағы сілтемені қайта ашыңыз."),
}


def lost_page(language: str) -> bytes:
    """Says that the link is none of ours."""
    return page(language, *_TEXTS[language])
