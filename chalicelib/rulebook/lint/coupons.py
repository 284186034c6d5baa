"""coupons: codes that lie in the folder, for this machine only: lines that are none, and pools that nobody has filled."""

from collections.abc import Iterator

from ...model.coupon import CODE_MEND, code_of
from ...model.errors import RuleInvalid
from ..coupon_files import COUPONS, coupon_files, lines_of
from ..places import name_one_of, problem_of
from .book import Book


def find_codes(book: Book) -> Iterator[RuleInvalid]:
    """Lines that are no codes."""
    for path in coupon_files(book.folder):
        for number, line in lines_of(path):
            if code_of(line) is None:
                yield problem_of(path, "coupon-code", f"{line!r} is no code", f"{CODE_MEND}, one code a line", number)


def find_pools(book: Book) -> Iterator[RuleInvalid]:
    """Pools without codes on this machine, where others have some: perhaps another name was meant."""
    filled = {path.stem for path in coupon_files(book.folder)}
    for rule in book.rules:
        for place, offer in rule.offers():
            pool = offer.pool
            if filled and pool is not None and pool not in filled:
                yield book.problem(rule, (*place, "pool"), "unknown-pool", f"no file of this folder fills the pool {pool!r}",
                                   f"add {COUPONS}/{pool}.txt to try it on this machine{name_one_of(pool, filled)}")
