"""codes_file: coupon codes out of CSV, NDJSON and plain lines."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from ..model.coupon import CODE_MEND, code_of, pool_name
from .bulk import Line
from .columns import letters
from .rows_file import Document, read_rows

# By the letters alone, as shops' exports call the column.
_COLUMNS = ("code", "coupon", "couponcode", "discountcode", "promocode", "promotioncode", "voucher", "vouchercode")


def pool_argument(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """The name of a pool; BadParameter with the mend when it can be none."""
    if pool_name(value) is None:
        raise click.BadParameter(f"{value!r} is no name of a pool; write it as in the rule: small letters, digits, - and _")
    return value


def code_lines(path: Path) -> Iterator[Line]:
    """A code for each line. FileInvalid when the file as a whole cannot be read."""
    for row in read_rows(path, _header, plain_field="code"):
        if row.document is None:
            yield Line(row.number, (), row.problem, row.read)
            continue
        found = next((value for name, value in row.document.items() if letters(name) in _COLUMNS), None)
        code = code_of(found)
        problem = "" if code else f"{repr(found)[:60]} is no code - {CODE_MEND}" if found else "it has no `code` - give one"
        yield Line(row.number, (code,) if code else (), problem, row.read)


def _header(columns: list[str]) -> Callable[[list[str]], Document]:
    named: list[str] = [name for name in columns if letters(name) in _COLUMNS]
    if len(named) != 1:
        raise ValueError("one column must be called `code` - name it so, or, when the file has no header, let its name end in .txt")

    def read(cells: list[str]) -> dict[str, Any]:
        return dict(zip(columns, cells, strict=False))

    return read
