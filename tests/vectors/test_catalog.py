"""What a product of the catalog costs, and whether it can be had: by currency and store."""

from chalicelib.model.catalog import in_stock, price_of, stock_of

from .reading import cases


@cases("catalog.json")
def test_price_and_stock(case):
    product, store = case["product"], case.get("store")
    price = price_of(product, case.get("currency"), store)
    assert price == (tuple(case["price"]) if case["price"] else None)
    if "inStock" in case:
        assert (stock_of(product, store), in_stock(product, store)) == (case["stock"], case["inStock"])
