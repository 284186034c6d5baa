"""confirm_page: what the page behind the link that confirms a subscription says."""

from ..flows.opt_in import Standing
from ..model.consent import ALL_TOPICS
from .page import page

# language -> title, button, then by standing what is said; beside `open` and `confirmed` what is said when every topic is meant
_TEXTS = {
    "en": ("Confirm your subscription", "Yes, please", {
        "open": ("Would you like e-mails about “$topic” from $brand?", "Would you like e-mails from $brand?"),
        "confirmed": ("Thank you. You will get e-mails about “$topic” from $brand.", "Thank you. You will get e-mails from $brand."),
        "changed": "Your address has changed since this message was sent. Nothing was confirmed. Please subscribe again with the new one.",
        "expired": "This link is more than seven days old. Nothing was confirmed. Please subscribe again if you still want to.",
        "over": "This link is incomplete or no longer valid. Nothing was changed. Please use the link in the newest message, or subscribe "
                "again.",
    }),
    "bg": ("Потвърдете абонамента си", "Да, желая", {
        "open": ("Желаете ли да получавате имейли за „$topic“ от $brand?", "Желаете ли да получавате имейли от $brand?"),
        "confirmed": ("Благодарим. Ще получавате имейли за „$topic“ от $brand.", "Благодарим. Ще получавате имейли от $brand."),
        "changed": "Адресът ви е променен, откакто изпратихме това съобщение. Нищо не е потвърдено. Абонирайте се отново с новия адрес.",
        "expired": "Тази връзка е по-стара от седем дни. Нищо не е потвърдено. Абонирайте се отново, ако все още желаете.",
        "over": "Тази връзка е непълна или вече не е валидна. Нищо не е променено. Използвайте връзката в най-новото съобщение или се "
                "абонирайте отново.",
    }),
    "ru": ("Подтвердите подписку", "Да, хочу", {
        "open": ("Присылать вам письма «$topic» от $brand?", "Присылать вам письма от $brand?"),
        "confirmed": ("Спасибо. Вы будете получать письма «$topic» от $brand.", "Спасибо. Вы будете получать письма от $brand."),
        "changed": "С тех пор как мы отправили это письмо, ваш адрес изменился. Ничего не подтверждено. Подпишитесь снова с новым адресом.",
        "expired": "Этой ссылке больше семи дней. Ничего не подтверждено. Подпишитесь снова, если ещё хотите.",
        "over": "Эта ссылка неполна или устарела. Ничего не изменилось. Откройте ссылку из самого нового письма или подпишитесь снова.",
    }),
    "kk": ("Жазылымды растаңыз", "Иә, қалаймын", {
        "open": ("$brand жіберетін «$topic» хаттарын алғыңыз келе ме?", "$brand жіберетін хаттарды алғыңыз келе ме?"),
        "confirmed": ("Рақмет. Енді $brand сізге «$topic» хаттарын жібереді.", "Рақмет. Енді $brand сізге хат жібереді."),
        "changed": "Бұл хат жіберілгеннен кейін мекенжайыңыз өзгерді. Ештеңе расталған жоқ. Жаңа мекенжаймен қайта жазылыңыз.",
        "expired": "Бұл сілтемеге жеті күннен асты. Ештеңе расталған жоқ. Әлі де қаласаңыз, қайта жазылыңыз.",
        "over": "Бұл сілтеме толық емес немесе ескірген. Ештеңе өзгерген жоқ. Ең соңғы хаттағы сілтемені ашыңыз немесе қайта жазылыңыз.",
    }),
}


def confirm_page(language: str, stands: Standing, brand: str = "", topic: str = "") -> bytes:
    """Asks, with a button, while it may be confirmed, and says how it stands otherwise; opening it changes nothing."""
    title, button, texts = _TEXTS[language]
    said = texts[stands]
    text = said if isinstance(said, str) else said[topic == ALL_TOPICS]
    return page(language, title, text, button=button if stands == "open" else "", brand=brand, topic=topic)
