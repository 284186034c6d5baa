"""fan_out: what has changed in the catalog is told to those who watch the product: one event in the log of each whom it concerns.

    change -> first page of each shard -> pages, each put on the queue when the one before it is done
    back in stock -> waves: as many people as the pieces allow, who has waited longest first; the next wave when its hour has come

A page that dies on the way is done again: the events it wrote are there already, because their id is made of the change. Whoever is told
in vain is told nothing: the evaluator looks at the customer's own state.
"""

from collections.abc import Sequence
from dataclasses import replace
from heapq import merge
from itertools import islice

from ..model.catalog import Change, in_stock, stock_of
from ..model.event import BACK_IN_STOCK, PRICE_CHANGED
from ..model.news import comes_back, news_of, price_fell
from ..model.page import Page, Turn
from ..model.watch import SHARDS, Watcher
from ..ports import Ports
from ..rulebook.rulebook import Rulebook
from ..triggers.back_in_stock import BackInStock
from ..triggers.trigger import Watchful, has

PAGE = 250  # people


def fan_out(ports: Ports, change: Change) -> None:
    """Tell the first of each shard at once; the queue has the rest. A change that concerns no rule that runs costs nothing."""
    ports, now = ports.steady(), ports.clock()
    rulebook = ports.rulebook()
    restocks = _restocks(rulebook)
    by_price = any(not isinstance(trigger, BackInStock) for trigger in _watchful(rulebook))
    returns = comes_back(change.before, change.after)
    if by_price and (price_fell(change) or returns):
        page = Page(news_of(change, PRICE_CHANGED, now), change.key, "price", change.at)
        for shard in range(SHARDS):
            carry_on(ports, replace(page, shard=shard))
    if any(comes_back(change.before, change.after, trigger.stock) for trigger in restocks):
        carry_on(ports, Page(news_of(change, BACK_IN_STOCK, now), change.key, "stock", change.at))


def carry_on(ports: Ports, page: Page) -> None:
    """Tell the people of one page, and see to it that the next one follows."""
    ports = ports.steady()
    if page.aspect == "price":
        _tell_prices(ports, page)
    else:
        _tell_in_turn(ports, page)


def begin_waves(ports: Ports) -> int:
    """Put on the queue every wave whose hour has come; of how many products."""
    begun = 0
    for wave in ports.waves.due(ports.clock()):
        ports.pages.put([wave])
        ports.waves.begun(wave)
        begun += 1
    return begun


def _tell_prices(ports: Ports, page: Page) -> None:
    found = ports.watches.page("price", page.product, page.shard, page.after, PAGE)
    _tell(ports, page, [watcher for _, watcher in found])
    if len(found) == PAGE:
        ports.pages.put([replace(page, after=found[-1][0])])


def _tell_in_turn(ports: Ports, page: Page) -> None:
    restocks = _restocks(ports.rulebook())
    if not restocks:  # the rules are others by now, and none asks for it any more
        ports.meter.count("waves", outcome="retired")
        return
    left = _room(ports, page, restocks) if page.left is None else page.left
    if left == 0:
        ports.meter.count("waves", outcome="sold_out")
        return
    most = PAGE if left < 0 else min(left, PAGE)
    found = _in_turn(ports, page, most)
    mine = Turn(found[-1][0] if found else page.after or "", left if left < 0 else left - len(found), len(found) < most)
    turn = ports.waves.settle(page, mine)
    if turn != mine:  # it is done again: with those it was begun with, as far as they have not heard
        found = [entry for entry in _in_turn(ports, page, PAGE) if entry[0] <= turn.through]
    _tell(ports, page, [watcher for _, watcher in found])
    if turn.last:
        return
    if turn.left == 0:
        ports.waves.wait(replace(page, after=turn.through).next_wave(min(trigger.wave for trigger in restocks)))
    else:
        ports.pages.put([replace(page, after=turn.through, left=turn.left)])


def _in_turn(ports: Ports, page: Page, most: int) -> list[tuple[str, Watcher]]:
    """Those whose turn it is after a place, over all shards."""
    shards = [ports.watches.page("stock", page.product, shard, page.after, most) for shard in range(SHARDS)]
    return list(islice(merge(*shards, key=lambda entry: entry[0]), most))


def _room(ports: Ports, page: Page, restocks: Sequence[BackInStock]) -> int:
    """For how many people a wave has room: by the pieces there are at this moment; -1 where nobody counts them, 0 when it is over."""
    product = ports.products.find([page.product]).get(page.product)
    if product is None or not any(in_stock(product, least=trigger.stock) for trigger in restocks):
        return 0
    stock = stock_of(product)
    return -1 if stock is None else stock * max(trigger.people_per_piece for trigger in restocks)


def _tell(ports: Ports, page: Page, watchers: Sequence[Watcher]) -> None:
    watchful = _watchful(ports.rulebook())
    concerned = [watcher.customer for watcher in watchers if any(trigger.wants(watcher.watch, page.event) for trigger in watchful)]
    told = sum(ports.spread(lambda customer: ports.events.append(customer, page.event), concerned))
    if told:
        ports.meter.count("told", told, event=page.event.name or "")


def _watchful(rulebook: Rulebook) -> list[Watchful]:
    return [rule.trigger for rule in rulebook.running if has(rule.trigger, Watchful)]


def _restocks(rulebook: Rulebook) -> list[BackInStock]:
    """Those of live rules; where there are none, those in shadow: a silent rule lets nobody hear of it sooner or later."""
    rules = [(rule.status, rule.trigger) for rule in rulebook.running if isinstance(rule.trigger, BackInStock)]
    live = [trigger for status, trigger in rules if status == "live"]
    return live or [trigger for _, trigger in rules]
