"""What the OpenAPI document allows, and what it does not, sent by schemathesis: answers stay within what the document tells."""

from collections.abc import Iterator

import pytest
import requests
import schemathesis
from chalice.config import Config
from chalice.local import LocalGateway
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app import app
from chalicelib import bootstrap
from chalicelib.entrypoints.openapi import document

from ..entrypoints.conftest import Caller, basic, memory_ports

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance]
KEYS = {"ingest": "web-key", "sdk settings": "web-key", "customers": "server-key", "events": "server-key",
        "suppressions": "server-key", "catalog": "server-key", "rules": "server-key"}

schema = schemathesis.openapi.from_dict(document(app))


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    """The app over memory, for the whole run."""
    bootstrap.use(memory_ports())
    yield Caller(LocalGateway(app, Config.create()))
    bootstrap.use(None)


@schema.parametrize()
@settings(max_examples=8, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_the_document_tells(case: schemathesis.Case, caller: Caller) -> None:
    tag = case.operation.definition.raw["tags"][0]
    sent = requests.Request(**{name: value for name, value in case.as_transport_kwargs(base_url="http://127.0.0.1").items()
                               if name in ("method", "url", "headers", "params", "data", "json", "cookies")}).prepare()
    if tag in KEYS and "Authorization" not in sent.headers:
        sent.headers.update(basic(KEYS[tag]))
    body = sent.body if isinstance(sent.body, bytes) else (sent.body or "").encode()

    answer = caller.request(sent.method, sent.path_url, body, {"accept": "*/*", **dict(sent.headers)})

    told = schemathesis.Response(answer.status, {name: [value] for name, value in answer.headers.items()}, answer.raw, sent, 0.0, False)
    case.validate_response(told, checks=CHECKS)
