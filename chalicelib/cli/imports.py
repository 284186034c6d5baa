"""imports: bulk data from files into a running engine, through the same door as everything else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import click

from ..adapters.clock import system_clock
from ..engine.accept import accept
from ..model.call import MOST_CALL_BYTES
from ..model.canonical import plain_json
from ..model.coupon import MOST_CODES
from ..model.errors import EventRejected
from ..model.product_line import MOST_PRODUCTS
from ..model.suppression import MOST_SUPPRESSIONS
from .arguments import EXISTING_FILE
from .bulk import Line, Way, bring_in
from .calls_file import read_lines
from .cells import channel_of, moment, reason_of, status_of, topic_of
from .codes_file import code_lines, pool_argument
from .endpoint import Endpoint, endpoint_option, key_option
from .full_feed import in_full, withdraw_missing
from .product_rows import GIVEN, Reader
from .rows_file import Document, Row, read_rows
from .shapes import SHAPES, Shape

_GIVEN: dict[str, Callable[[str], str]] = {
    "at": partial(moment, "at"), "timestamp": partial(moment, "timestamp"), "channel": channel_of, "status": status_of, "reason": reason_of,
    "topic": topic_of}

from_line_option = click.option("--from-line", type=click.IntRange(1), default=1,
                                help="Go on there with the first file, after an interruption.")
with_option = click.option("--with", "given", metavar="FIELD=VALUE", multiple=True,
                           help="What rows have that do not say it themselves, as channel=email; may be given several times.")
files_argument = click.argument("files", metavar="FILE...", type=EXISTING_FILE, nargs=-1, required=True)


@click.group(name="import", epilog="Example: beckon import customers subscribed.csv --with at=2026-03-01T09:00:00Z")
def import_command() -> None:
    """Bring data in bulk into a running engine; the same file again changes nothing."""


@import_command.command(epilog="Example: beckon import events orders.csv --endpoint https://events.shop.example --key $BECKON_KEY")
@files_argument
@endpoint_option
@key_option
@click.option("--live", is_flag=True, help="These may set things off, like events that come one by one; otherwise they are past.")
@from_line_option
def events(files: tuple[Path, ...], endpoint: str, key: str, live: bool, from_line: int) -> None:
    """Take in events from CSV or NDJSON files, plain or .gz. Past events fill the picture and end what they end; they start nothing.

    A line that cannot be used is told with its place, and the others go on; then the exit code is 1.
    """
    bring_in(files, Endpoint(endpoint, key), "events", Way(_events, along={} if live else {"past": True}), from_line)


@import_command.command(epilog="Example: beckon import customers customers.csv --with at=2026-03-01T09:00:00Z")
@files_argument
@with_option
@endpoint_option
@key_option
@from_line_option
def customers(files: tuple[Path, ...], given: tuple[str, ...], endpoint: str, key: str, from_line: int) -> None:
    """Take in customers from CSV or NDJSON files, plain or .gz; nothing is set off.

    A row is what is known of one customer: userId, email, phone, loyaltyCard or any other identifier, and traits, as the columns are
    called in the exports of Mailchimp, Klaviyo, Shopify and Pinpoint. `at` (else createdAt) is when it was so: what was said later stays.

    A row that cannot be used is told with its place, and the others go on; then the exit code is 1.
    """
    shape = SHAPES["customers"]
    way = Way(partial(rows, shape, _parse(shape.may, given)))
    bring_in(files, Endpoint(endpoint, key), "customers", way, from_line)


@import_command.command(epilog="Example: beckon import consents subscribed.csv --with channel=email --with status=given")
@files_argument
@with_option
@endpoint_option
@key_option
@from_line_option
def consents(files: tuple[Path, ...], given: tuple[str, ...], endpoint: str, key: str, from_line: int) -> None:
    """Take in consents and their withdrawals from CSV or NDJSON files, plain or .gz; of two words the later counts.

    A row says who (userId, email, phone or another identifier), channel, topic (without one: all), status (given or withdrawn), at (when),
    and source and textVersion: where it was said, and to which text. Columns for one channel each, as Shopify's `Accepts SMS Marketing`,
    are understood. Who was never asked or has not confirmed has said nothing, and is counted so.

    A row that cannot be used is told with its place, and the others go on; then the exit code is 1.
    """
    shape = SHAPES["consents"]
    bring_in(files, Endpoint(endpoint, key), "consents", Way(partial(rows, shape, _parse(shape.may, given))), from_line)


@import_command.command(epilog="Example: beckon import suppressions cleaned.csv --with channel=email --with reason=bounce")
@files_argument
@with_option
@endpoint_option
@key_option
@from_line_option
def suppressions(files: tuple[Path, ...], given: tuple[str, ...], endpoint: str, key: str, from_line: int) -> None:
    """Take in addresses that must not be written to, whosever they are, from CSV or NDJSON files, plain or .gz.

    A row says channel, address, reason (bounce, complaint or unsubscribed), topic (without one: all) and at (when). A consent given later
    lifts an `unsubscribed`; nothing lifts the others. SES's own list as NDJSON:

    \b
        aws sesv2 list-suppressed-destinations | jq -c '.SuppressedDestinationSummaries[]' > ses.ndjson

    A row that cannot be used is told with its place, and the others go on; then the exit code is 1.
    """
    shape = SHAPES["suppressions"]
    way = Way(partial(rows, shape, _parse(shape.may, given)), "/v1/suppressions", "suppressions", MOST_SUPPRESSIONS, {})
    bring_in(files, Endpoint(endpoint, key), "suppressions", way, from_line)


@import_command.command(epilog="Example: beckon import products feed.xml --with currency=EUR")
@files_argument
@with_option
@click.option("--id-column", metavar="COLUMN", help="The column with the id that events name; otherwise id, sku or the like.")
@click.option("--full", is_flag=True, help="These files name every product there is: what they do not name can no longer be had.")
@click.option("--accept-loss", is_flag=True, help="Let a full feed pass that lost more than a fifth of the products.")
@endpoint_option
@key_option
@from_line_option
def products(files: tuple[Path, ...], given: tuple[str, ...], id_column: str | None, full: bool, accept_loss: bool, endpoint: str, key: str,
             from_line: int) -> None:
    """Take in products from CSV, TSV, NDJSON or Google Merchant feeds (XML), plain or .gz.

    Columns are called as in the exports of Shopify, WooCommerce and Magento and in Google's product data, or as our own fields, also
    `prices.BGN`, `stores.sofia.stock` and `attributes.author`. What a row does not say stays as it is.

    A full feed (`--full`) that lost more than a fifth of the products that can be had is held back whole: it was cut off, most likely.

    A row that cannot be used is told with its place, and the others go on; then the exit code is 1.
    """
    reader, door = Reader(_parse(GIVEN, given), id_column, system_clock()), Endpoint(endpoint, key)
    if full:
        withdraw_missing(files, reader, door, accept_loss)
    way = Way(partial(in_full, reader) if full else reader.lines, "/v1/catalog/products", "products", MOST_PRODUCTS, {})
    bring_in(files, door, "products", way, from_line)


@import_command.command(epilog="Example: beckon import coupons spring codes.csv --endpoint https://events.shop.example --key $BECKON_KEY")
@click.argument("pool", metavar="POOL", callback=pool_argument)
@files_argument
@endpoint_option
@key_option
@from_line_option
def coupons(pool: str, files: tuple[Path, ...], endpoint: str, key: str, from_line: int) -> None:
    """Fill a coupon pool from CSV with a column `code`, from NDJSON or from plain lines, one code each, plain or .gz.

    A code is once in a pool for ever: the same file again adds nothing, whether its codes are free or given.

    A line that cannot be used is told with its place, and the others go on; then the exit code is 1.
    """
    bring_in(files, Endpoint(endpoint, key), "codes", Way(code_lines, f"/v1/coupons/{pool}", "codes", MOST_CODES, {}), from_line)


def _parse(may: Sequence[str], given: tuple[str, ...]) -> dict[str, str]:
    """What `--with` says. UsageError for a field that is none here or a value it cannot have."""
    said = {}
    for text in given:
        name, _, value = text.partition("=")
        if name not in may or not value.strip():
            raise click.UsageError(f"--with {text}: write FIELD=VALUE, where FIELD is one of {', '.join(may)}")
        try:
            said[name] = _GIVEN.get(name, str)(value.strip())
        except ValueError as error:
            raise click.UsageError(f"--with {text}: {error}") from None
    return said


def _events(path: Path) -> Iterator[Line]:
    for row in read_lines(path):
        yield _checked(row, [] if row.document is None else [row.document])


def rows(shape: Shape, given: Mapping[str, str], path: Path) -> Iterator[Line]:
    """The lines of a file of customers, consents or suppressions. FileInvalid when the file as a whole cannot be read."""
    def header(columns: list[str]) -> Callable[[list[str]], Document]:
        shape.check(columns, given)
        unused = shape.unused(columns)
        if unused:
            click.echo(f"{path}: not used: {', '.join(unused)}", err=True)
        return lambda cells: dict(zip(columns, cells, strict=False))

    for row in read_rows(path, header):
        try:
            yield _checked(row, [] if row.document is None else shape.documents(row.document, given))
        except ValueError as error:
            yield Line(row.number, (), str(error), row.read)


def _checked(row: Row, documents: Sequence[Document]) -> Line:
    """A line whose calls the engine would take, as far as can be told from here: what a shop counts as an identifier, it alone knows."""
    try:
        for document in documents:
            if "type" in document:
                accept(document, "server/import", system_clock(), past=True)
            elif len(plain_json(document)) > MOST_CALL_BYTES:
                raise EventRejected("too_large", f"it has more than {MOST_CALL_BYTES} bytes")
    except EventRejected as error:
        if error.code != "no_identity" or not (document.get("traits") or document.get("context")):
            return Line(row.number, (), f"{error.code}: {error}", row.read)
    return Line(row.number, documents, row.problem, row.read)
