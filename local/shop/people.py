"""people: the shop's customers: where they live, how they can be reached, what they agreed to, and what kind of day they will have."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..dice import Dice

_NAMES = {
    "bg": "Анна Борис Виолета Георги Деница Елена Калоян Мария Никола Петя Радост Стефан Теодора Явор Цветана Любен Ина Огнян Зорница",
    "en": "Alice Ben Clara Daniel Emma Finn Grace Henry Isla Jack Kate Liam Mia Noah Olivia Paul Ruby Sam Tess Will",
    "ru": "Алиса Вадим Дарья Егор Зоя Илья Ксения Лев Нина Олег Полина Роман Софья Тимур Ульяна",
    "kk": "Айгерим Берик Гульнара Данияр Еркин Жанар Камила Марат Нурлан Сауле",
}
_HOMES = (("bg", "Europe/Sofia", 130), ("en", "Europe/London", 40), ("en", "America/New_York", 22), ("ru", "Asia/Tbilisi", 28),
          ("kk", "Asia/Almaty", 20))
"""Language, time zone, and how many live there."""

PLANS = (("looks", 56), ("leaves", 44), ("buys", 24), ("buys at the till", 14), ("leaves, then buys at the till", 10),
         ("leaves the checkout", 16), ("empties the cart", 8), ("leaves late", 10), ("leaves twice", 8), ("asks to be told", 16),
         ("wishes", 14), ("walks by", 20))
"""How a day goes, and how many of the people have such a day. Who walks by lives where the shops are."""

_WILLING = (("email", "email", 88), ("phone", "sms", 45), ("pushToken", "push", 70), ("telegramId", "telegram", 80))
"""By address its channel, and how many of a hundred who have one let themselves be written to."""

_LATIN = str.maketrans({**dict(zip("абвгдезийклмнопрстуфхцыэ", "abvgdeziyklmnoprstufhcye", strict=True)),
                        "ж": "zh", "ч": "ch", "ш": "sh", "щ": "sht", "ъ": "a", "ь": "", "ю": "yu", "я": "ya"})


@dataclass(frozen=True, slots=True)
class Person:
    """A customer. `newcomer`: the shop does not know them yet; `app`: they use the shop's app, not only its site."""

    user_id: str
    first_name: str
    locale: str
    timezone: str
    plan: str
    app: bool
    newcomer: bool
    addresses: dict[str, str] = field(default_factory=dict)
    consents: dict[str, Any] = field(default_factory=dict)

    @property
    def device(self) -> str:
        """The anonymous id of their telephone or browser."""
        return f"{'phone' if self.app else 'web'}-{self.user_id}"

    def traits(self) -> dict[str, Any]:
        """What an identify call says of them."""
        traits = {"firstName": self.first_name, "locale": self.locale, "timezone": self.timezone, **self.addresses}
        return {**traits, "consents": self.consents} if self.consents else traits


def people(dice: Dice) -> list[Person]:
    """Everybody, each with a plan."""
    plans = [plan for plan, number in PLANS for _ in range(number) if plan != "walks by"]
    plans = dice.some_of(plans, len(plans))
    walkers = dict(PLANS)["walks by"]
    found: list[Person] = []
    for number, (user_id, name, locale, zone) in enumerate(_names()):
        found.append(_person(dice, number, user_id, name, locale, zone, "walks by" if number < walkers else plans[number - walkers]))
    return found


def _names() -> Iterator[tuple[str, str, str, str]]:
    """User id, first name, language and zone; the second of a name has a number."""
    taken: dict[str, int] = {}
    for locale, zone, number in _HOMES:
        listed = _NAMES[locale].split()
        for place in range(number):
            name = listed[place % len(listed)]
            latin = name.lower().translate(_LATIN)
            taken[latin] = taken.get(latin, 0) + 1
            yield latin if taken[latin] == 1 else f"{latin}-{taken[latin]}", name, locale, zone


def _person(dice: Dice, number: int, user_id: str, name: str, locale: str, zone: str, plan: str) -> Person:
    app = plan == "walks by" or dice.whole(1, 100) <= 35
    newcomer = plan in ("looks", "leaves", "buys") and dice.whole(1, 100) <= 15
    addresses = {"email": f"{user_id}@readers.example"} if dice.whole(1, 100) <= 92 or newcomer else {}
    if dice.whole(1, 100) <= 60:
        addresses["phone"] = f"+35911555{number:04d}"  # no numbers begin so
    if app and dice.whole(1, 100) <= 85:
        addresses["pushToken"] = f"token-{user_id}"
    if dice.whole(1, 100) <= 25:
        addresses["telegramId"] = f"70000{number:05d}"
    if plan.endswith("the till") or dice.whole(1, 100) <= 30:
        addresses["loyaltyCard"] = f"NB{77_000 + number}"
    return Person(user_id, name, locale, zone, plan, app, newcomer, addresses, _consents(dice, addresses, app))


def _consents(dice: Dice, addresses: dict[str, str], app: bool) -> dict[str, Any]:
    """Most agree to something, some to everything, some to news but not to offers, and some to nothing."""
    if dice.whole(1, 100) <= 14:
        return {}
    said: dict[str, Any] = {}
    for address, channel, willing in _WILLING:
        if address in addresses and dice.whole(1, 100) <= willing:
            said[channel] = dice.one_of((["offers"], ["offers"], True, {"offers": True, "news": False}, ["offers", "news"], ["news"]))
    if app and dice.whole(1, 100) <= 75:
        said["location"] = True
    if "phone" in addresses:  # the shop's own people may call them
        said["webhook"] = ["offers"]
    return said
