"""tables: what stands in an account's tables, as text in which one can look for traces of somebody."""

from typing import Any

from chalicelib.adapters.dynamodb.codec import decode
from chalicelib.model.canonical import canonical_json


def everything_in(client: Any, *tables: str) -> str:
    """Everything in these tables, else in every table a DynamoDB client sees, in small letters; documents are opened."""
    items = [item for table in tables or client.list_tables()["TableNames"]
             for page in client.get_paginator("scan").paginate(TableName=table) for item in page["Items"]]
    return " ".join(map(_words, items)).lower()


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(_words(part) for part in (*value, *value.values()))
    if isinstance(value, list):
        return " ".join(map(_words, value))
    if isinstance(value, bytes):
        try:
            return canonical_json(decode(value))
        except ValueError:
            return value.decode("latin-1")
    return str(value)
