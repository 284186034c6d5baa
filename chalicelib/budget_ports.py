"""budget_ports: the door to what rules have spent; `ports.py` has the others and says what holds for all."""

from typing import Protocol

from .model.budget import Most, Share, Spent


class Budgets(Protocol):
    """What messages took of their rules' budgets, over all processes: never more than a budget has, and each message once."""

    def take(self, share: Share, mark: str, a_day: Most, in_all: Most) -> bool:
        """Take a message's share for an attempt at sending it (`mark`); one that it has already only gets the mark. False: there is not
        enough left."""

    def give_back(self, key: str, mark: str) -> None:
        """Take away a message's marks that begin so: it is known that these have not left. With the last of them its share goes back."""

    def spent(self, rule: str, day: str | None = None) -> Spent:
        """What a rule has spent on a day, or in all."""
