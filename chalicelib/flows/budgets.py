"""budgets: what dispatch does with the budgets of rules, which are global: a message's share is taken just before it leaves, and goes back
when it is known that it did not."""

from zoneinfo import ZoneInfo

from ..channels.channel import Request
from ..channels.registry import UNITS
from ..model.budget import Share
from ..model.decision import Message
from ..model.instant import to_datetime
from ..ports import Ports
from ..rulebook.brand import Brand
from ..rulebook.budget import Budget
from ..rulebook.rulebook import Rulebook


def spend(ports: Ports, rulebook: Rulebook, message: Message, attempt: str, request: Request, now: int) -> Budget | None:
    """Take the message's share of its rule's budget for this attempt; the budget when too little is left of it, None when it may go."""
    rule = rulebook.rules.get(message.rule)
    if rule is None or rule.budget is None:
        return None
    share = Share(message.key, message.rule, day_of(rulebook.brand, now), cost_of(rulebook.brand, message.channel, request))
    return None if ports.budgets.take(share, attempt, rule.budget.a_day, rule.budget.in_all) else rule.budget


def unspend(ports: Ports, message: Message, attempt: str = "") -> None:
    """The message has not left, or not with this attempt: its share goes back if it may not have left with another.

    Whether it has one its record alone tells: the rule may have lost its budget, or be gone, since an attempt took it.
    """
    ports.budgets.give_back(message.key, attempt)


def cost_of(brand: Brand, channel: str, request: Request) -> int:
    """What a message costs, in millionths; nothing where nobody said what."""
    cost = brand.costs.get(channel)
    return 0 if cost is None else cost.millionths * UNITS.get(channel, lambda _: 1)(request)


def day_of(brand: Brand, now: int) -> str:
    """The day by the brand's clock."""
    return to_datetime(now).astimezone(ZoneInfo(brand.timezone or "UTC")).date().isoformat()
