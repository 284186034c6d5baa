"""coupons: codes that lie in the folder, for this machine only: lines that are none, and pools that nobody has filled."""

from collections.abc import Iterator

from ...model.coupon import CODE_MEND, code_of
from ...model.errors import RuleInvalid
from ..coupon_files import COUPONS, coupon_files, lines_of
from ..places import name_one_of, problem_of
from .book import Book
from .named import pools_named


def find_codes(book: Book) -> Iterator[RuleInvalid]:
    """Lines that are no codes."""
    for path in coupon_files(book.folder):
        for number, line in lines_of(path):
            if code_of(line) is None:
                yield problem_of(path, "coupon-code", f"{line!r} is no code", f"{CODE_MEND}, one code a line", number)


def find_pools(book: Book) -> Iterator[RuleInvalid]:
    """Pools without codes: of the engine that was asked; else on this machine, where others have some."""
    asked = book.seen.pools if book.seen is not None else None
    filled = asked if asked is not None else frozenset(path.stem for path in coupon_files(book.folder))
    for rule in book.rules:
        for place, pool in pools_named(rule):
            if asked is not None and pool not in asked:
                yield book.problem(rule, place, "unknown-pool", f"nobody has put codes into the pool {pool!r}",
                                   f"fill it with `beckon import coupons {pool} FILE`{_or(pool, asked)}")
            elif filled and pool not in filled:
                yield book.problem(rule, place, "unknown-pool", f"no file of this folder fills the pool {pool!r}",
                                   f"add {COUPONS}/{pool}.txt to try it on this machine{_or(pool, filled)}")


def _or(pool: str, filled: frozenset[str]) -> str:
    return name_one_of(pool, filled) if filled else ""
