"""product_rows: what the rows of a file of products say, as the engine takes it. Every ValueError tells the mend.

Tables (comma, semicolon or tab), NDJSON, and Google Merchant feeds as XML. A row of NDJSON with our own `productId` is taken as it stands.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from ..model.errors import EventRejected
from ..model.instant import parse_instant
from ..model.product_line import read_product
from .bulk import Line
from .calls_file import cell_value
from .cells import Cells, moment, stripped, text_of
from .columns import ATTRIBUTES, AVAILABLE, fields_of, letters
from .rows_file import Document, Row, opened, read_rows
from .xml_feed import read_feed

GIVEN = ("currency", "timestamp", "brand", "category")
_PARTS = ("attributes", "prices", "stores")
_TEXTS = ("name", "brand", "category", "url")
_MONEY = re.compile(r"([A-Za-z]{3})?\s*(\d[\d.,'’\s]{0,30}|\.\d+)\s*([A-Za-z]{3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reader:
    """How files of products are read: what `given` says for rows that do not, the column with the id if it is not the usual one, the moment
    that decides which sales are on, and who wants to hear of every product named, also of those whose row cannot be used."""

    given: Mapping[str, str]
    id_column: str | None
    now: int
    note: Callable[[str], None] = lambda _: None

    def lines(self, path: Path) -> Iterator[Line]:
        """The lines of a file. FileInvalid when the file as a whole cannot be read."""
        begins = _begins(path)
        for row in read_feed(path) if begins == b"<" else read_rows(path, partial(self._header, path), table=begins != b"{"):
            try:
                yield self._line(row, own=begins == b"{" and self.id_column is None)
            except (ValueError, EventRejected) as error:
                yield Line(row.number, (), str(error), row.read)

    def _header(self, path: Path, columns: list[str]) -> Callable[[list[str]], Document]:
        _check(columns, self.id_column, path)
        return lambda cells: {name: cell for name, cell in zip(columns, cells, strict=False) if cell.strip()}

    def _line(self, row: Row, *, own: bool) -> Line:
        if row.document is None:
            return Line(row.number, (), row.problem, row.read)
        try:
            if own and "productId" in row.document:
                line = {**self.given, **row.document}
                self._name(line)
            else:
                line = self._product(row.document)
        except (TypeError, RecursionError):
            raise ValueError("holds a number that is none, or is nested too deeply - leave that out") from None
        read_product(line, self.now)
        return Line(row.number, (line,), "", row.read)

    def _name(self, line: Document) -> None:
        key, _ = read_product({name: line[name] for name in ("productId", "variant") if name in line}, self.now)
        self.note(key)

    def _product(self, row: Document) -> Document:
        cells = Cells(row, fields_of(tuple(row), "products"), self.given)
        line: Document = dict(_id(cells, self.id_column))
        self._name(line)
        for field in _TEXTS:
            if (value := cells.said(field)) is not None:
                line[field] = text_of(value)
        if (image := cells.own("imageUrl")) is not None:
            line["imageUrl"] = text_of(image).split(",")[0].strip()
        line |= _price(cells, self.now)
        if (stock := cells.own("stock")) is not None:
            line["stock"] = stock
        if (word := cells.own("available")) is not None:
            line["available"] = _available(word)
        if (at := cells.said("timestamp")) is not None:
            line["timestamp"] = moment("timestamp", at)
        attributes = {field: value for field in ATTRIBUTES if (value := cells.own(field)) is not None}
        if attributes:
            line["attributes"] = attributes
        _add_parts(line, row)
        return line


def _begins(path: Path) -> bytes:
    """What the file holds shows by its first letter, whatever it is called."""
    with opened(path) as (_, plain):
        return plain.read(4_096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]


def _check(columns: list[str], id_column: str | None, path: Path) -> None:
    fields = fields_of(tuple(columns), "products")
    if (id_column not in columns) if id_column else ("productId" not in fields and "group" not in fields):
        raise ValueError(f"no column says which product it is - add a column {id_column or 'id'}")
    used = {column for named in fields.values() for column in named} | {id_column}
    unused = [column for column in columns if column not in used and column.partition(".")[0] not in _PARTS]
    if unused:
        click.echo(f"{path}: not used: {', '.join(unused)}", err=True)


def _id(cells: Cells, id_column: str | None) -> Iterator[tuple[str, str]]:
    """The product and its variant. Google's `item_group_id` names what several items are variants of."""
    if id_column is not None:
        own, group = stripped(cells.row.get(id_column)), None
    else:
        own, group = cells.own("productId"), cells.own("group")
    variant = cells.own("variant")
    if own is None and group is None:
        raise ValueError(f"does not say which product it is - fill the column {id_column or 'id'}")
    if group is not None:
        own, variant = group, own if variant is None else variant
    yield "productId", text_of(own)
    if variant is not None and variant != own:
        yield "variant", text_of(variant)


def _price(cells: Cells, now: int) -> Document:
    """What it costs now: the sale price while there is one."""
    price, sale = cells.own("price"), cells.own("salePrice")
    if sale is not None and _is_now(cells.own("saleDates"), now):
        price = sale
    currency = cells.said("currency")
    if price is None:
        return {} if currency is None else {"currency": currency}
    amount, its_own = money(price)
    currency = its_own or currency
    return {"price": amount} if currency is None else {"price": amount, "currency": currency}


def money(value: Any) -> tuple[Any, str | None]:
    """Amount and currency of `15.00 EUR`, `EUR 15,00` or `1,299.00`; a number as it is. ValueError for a text that is none of these."""
    if not isinstance(value, str):
        return value, None
    found = _MONEY.fullmatch(value.strip())
    if found is None or (found[1] and found[3]):
        raise ValueError(f"price {value[:40]!r} is no price - write 15.00 EUR")
    currency = found[1] or found[3]
    return _amount(re.sub(r"[^\d.,]", "", found[2])), currency.upper() if currency else None


def _amount(digits: str) -> int | float:
    """A number whose point may be a comma and whose thousands may be apart. ValueError where that can be read in two ways."""
    marks = re.findall(r"[.,]", digits)
    if not marks:
        return int(digits)
    whole, point, cents = digits.rpartition(marks[-1])
    if len(marks) > 1 and len(set(marks)) == 1:  # 1.299.000
        return int(whole.replace(point, "") + cents)
    if marks.count(point) > 1 or (len(marks) == 1 and len(cents) == 3 and whole.strip("0")):
        raise ValueError(f"price {digits!r} can be read in two ways - write it with a point and two digits, 15.00")
    return float(f"{re.sub('[.,]', '', whole) or 0}.{cents or 0}")


def _is_now(dates: Any, now: int) -> bool:
    """Whether a sale is on: `2026-02-24T11:07+0100/2026-02-29T23:07+0100`; always when no dates are given."""
    if dates is None:
        return True
    begins, _, ends = (parse_instant(part.strip()) for part in str(dates).partition("/"))
    if begins is None or ends is None:
        raise ValueError(f"sale_price_effective_date {str(dates)[:60]!r} is no time - write 2026-03-01T00:00Z/2026-03-08T00:00Z")
    return begins <= now < ends


def _available(word: Any) -> bool:
    known = AVAILABLE.get(letters(str(word)))
    if known is None:
        raise ValueError(f"availability {str(word)[:40]!r} is none - write in_stock or out_of_stock")
    return known


def _add_parts(line: Document, row: Document) -> None:
    """Columns with dots: `prices.BGN`, `stores.sofia.stock`, `attributes.author`; in NDJSON whole objects of these names."""
    for column, cell in row.items():
        part, *path = column.split(".")
        value = stripped(cell)
        if part not in _PARTS or value is None:
            continue
        if not path:
            line[part] = {**line.get(part, {}), **value} if isinstance(value, dict) else value
        elif part == "stores":
            *store, field = path
            place = line.setdefault("stores", {}).setdefault(".".join(store), {})
            place[field] = value
        else:
            line.setdefault(part, {})[".".join(path)] = cell_value(value) if isinstance(value, str) else value
