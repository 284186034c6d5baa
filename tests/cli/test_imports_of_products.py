"""Products in bulk: a shop's feed goes in, a part of it changes that part, and a feed that was cut off harms nobody."""

import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from chalicelib.cli.product_rows import Reader
from chalicelib.cli.rows_file import FileInvalid

from .conftest import engine

FEED = """<?xml version="1.0"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Bookshop</title>
{items}
</channel></rss>"""
ITEM = "<item><g:id>b-{n}</g:id><title>Book {n}</title><g:price>{n}.50 EUR</g:price><g:availability>in_stock</g:availability></item>"


def feed(path: Path, *numbers: int) -> Path:
    path.write_text(FEED.format(items="\n".join(ITEM.format(n=number) for number in numbers)), encoding="utf-8")
    return path


def known(shop: Any) -> dict[str, Any]:
    """What the running engine knows, by product key."""
    client, _ = shop
    keys = [f"b-{number}" for number in range(1, 21)]
    return {key: {name: value for name, value in product.items() if name != "at"}
            for key, product in client.world.ports.products.find(keys).items()}


@pytest.fixture
def beckon(bring):
    """Run the command; its exit code and what it printed."""
    return lambda *arguments: bring("products", *arguments)


def test_a_feed_is_in_and_a_part_of_it_changes_that_part(beckon, shop, tmp_path):
    _, url = shop
    assert beckon(feed(tmp_path / "feed.xml", 1, 2), "--endpoint", url) == (
        0, "2 products: 2 stored, 0 known already, 0 set aside, 0 refused\n", "")
    stock = tmp_path / "stock.csv"
    stock.write_text("sku;qty;colour\nb-1;0;red\nb-2;many;red\n")
    code, out, err = beckon(stock, "--endpoint", url)
    assert (code, out) == (1, "2 products: 1 stored, 0 known already, 0 set aside, 1 refused\n")
    assert err == (f"{stock}: not used: colour\n"
                   f"{stock}:3: stock: 'many' is no number - write a whole number of pieces\n")
    assert known(shop)["b-1"] == {"productId": "b-1", "name": "Book 1", "price": 1.5, "currency": "EUR", "available": True, "stock": 0}


def test_a_full_feed_makes_unavailable_what_it_does_not_name_and_brings_it_back(beckon, shop, tmp_path):
    _, url = shop
    file = feed(tmp_path / "feed.xml", *range(1, 11))
    assert beckon(file, "--full", "--endpoint", url)[0] == 0
    code, _, err = beckon(feed(file, *range(1, 9)), "--full", "--endpoint", url)
    assert (code, err) == (0, "2 of 10 products are not in the feed: no longer available\n")
    assert [key for key, product in known(shop).items() if not product["available"]] == ["b-9", "b-10"]
    rows = tmp_path / "rows.csv"
    rows.write_text("id,price\n" + "".join(f"b-{number},5\n" for number in range(1, 11)))
    assert beckon(rows, "--full", "--endpoint", url)[0] == 0
    assert all(product["available"] and product["price"] == 5 for product in known(shop).values())


def test_a_full_feed_that_lost_more_than_a_fifth_is_held_back_whole(beckon, shop, tmp_path):
    client, url = shop
    file = feed(tmp_path / "feed.xml", *range(1, 11))
    assert beckon(file, "--full", "--endpoint", url)[0] == 0
    before = known(shop)
    cut = tmp_path / "cut.csv"
    cut.write_text("id,price\n" + "".join(f"b-{number},99\n" for number in (*range(1, 8), 11)))
    code, out, err = beckon(cut, "--full", "--endpoint", url)
    assert (code, out) == (1, "")
    assert "held back, nothing of it is in: 3 of 10 products that can be had are not in the feed (b-" in err
    assert err.endswith("- export it again, whole; if they are gone indeed: --accept-loss\n")
    assert known(shop) == before
    assert {"name": "feeds", "outcome": "held", "count": 1} in client.world.meter.documents()
    assert beckon(cut, "--full", "--accept-loss", "--endpoint", url)[0] == 0
    assert [key for key, product in known(shop).items() if not product["available"]] == ["b-8", "b-9", "b-10"]
    assert known(shop)["b-1"]["price"] == 99


def test_a_full_feed_that_breaks_off_changes_nothing(beckon, shop, tmp_path):
    _, url = shop
    file = feed(tmp_path / "feed.xml", *range(1, 11))
    assert beckon(file, "--full", "--endpoint", url)[0] == 0
    before = known(shop)
    file.write_text(FEED.format(items="\n".join(ITEM.format(n=number).replace(".50", ".90") for number in range(1, 11)))[:-20])
    code, out, err = beckon(file, "--full", "--accept-loss", "--endpoint", url)
    assert (code, out, "is not XML" in err) == (2, "", True)
    assert known(shop) == before


def test_a_product_whose_row_cannot_be_used_is_not_missing(beckon, shop, tmp_path):
    _, url = shop
    assert beckon(feed(tmp_path / "feed.xml", *range(1, 6)), "--full", "--endpoint", url)[0] == 0
    rows = tmp_path / "rows.csv"
    rows.write_text("id,price\nb-1,5\nb-2,cheap\nb-3,5\nb-4,5\nb-5,5\n")
    code, _, err = beckon(rows, "--full", "--endpoint", url)
    assert (code, err) == (1, f"{rows}:3: price 'cheap' is no price - write 15.00 EUR\n")
    assert known(shop)["b-2"] == {"productId": "b-2", "name": "Book 2", "price": 2.5, "currency": "EUR", "available": True}


def test_a_feed_that_breaks_off_tells_where_to_go_on(beckon, tmp_path):
    file = tmp_path / "feed.xml"
    whole = FEED.format(items="\n".join(ITEM.format(n=number) for number in range(2_500)))
    file.write_text(whole[:-5_000])
    with engine([(200, {"refused": []})]) as (url, posted):
        code, _, err = beckon(file, "--endpoint", url)
        assert code == 2
        assert len(posted) == 2 and [len(request["products"]) for request in posted] == [1_000, 1_000]
        assert f"{file}:2002: up to here all is in; go on with --from-line 2003" in err
        assert "is not XML (unclosed token) - export the feed again, whole" in err
        file.write_text(whole)
        assert beckon(file, "--endpoint", url, "--from-line", 2_003)[0] == 0
        assert [product["productId"] for request in posted[2:] for product in request["products"]] == [
            f"b-{number}" for number in range(2_000, 2_500)]


@pytest.mark.parametrize("head", [
    '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    '<!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/passwd">]>', '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/rss.dtd">'],
    ids=["entities that multiply", "a file of this machine", "an address"])
def test_a_feed_that_declares_entities_is_refused_before_anything_is_read(tmp_path, head):
    file = tmp_path / "feed.xml"
    file.write_text(f'<?xml version="1.0"?>\n{head}\n<rss><channel><item><id>b-1</id></item></channel></rss>')
    with pytest.raises(FileInvalid, match=r"feed\.xml:2: declares a document type or entities"):
        list(Reader({}, None, 0).lines(file))


def test_a_feed_in_another_encoding_and_zipped_is_read(tmp_path):
    file = tmp_path / "feed.xml.gz"
    text = '<?xml version="1.0" encoding="windows-1251"?><rss><channel><item><id>b-1</id><title>Тихото море</title></item></channel></rss>'
    file.write_bytes(gzip.compress(text.encode("cp1251")))
    assert [line.documents for line in Reader({}, None, 0).lines(file)] == [({"productId": "b-1", "name": "Тихото море"},)]


def test_a_feed_larger_than_memory_is_read_in_little_of_it(tmp_path):
    file = tmp_path / "feed.xml"
    item = ITEM.replace("<title>", f"<description>{'long ' * 2_000}</description><title>")
    with file.open("w", encoding="utf-8") as out:
        out.write(FEED.partition("{items}")[0])
        out.writelines(item.format(n=number) for number in range(3_000))
        out.write("</channel></rss>")
    lines = Reader({}, None, 0).lines(file)
    next(lines)
    tracemalloc.start()
    count = sum(1 for _ in lines)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (count, file.stat().st_size > 30_000_000) == (2_999, True)
    assert most < 2_000_000


def test_ndjson_as_events_files_have_it(beckon, shop, tmp_path):
    _, url = shop
    file = tmp_path / "day.ndjson"
    file.write_text("\n".join(json.dumps(line) for line in (
        {"type": "product", "productId": "b-1", "price": 20, "stores": {"sofia": {"stock": 2}}, "timestamp": "2026-03-01T09:00:00Z"},
        {"type": "product", "productId": "b-1", "price": 18, "timestamp": "2026-03-01T08:00:00Z"})))
    assert beckon(file, "--endpoint", url)[:2] == (0, "2 products: 1 stored, 1 known already, 0 set aside, 0 refused\n")
    assert known(shop)["b-1"] == {"productId": "b-1", "price": 20, "stores": {"sofia": {"stock": 2}}}
