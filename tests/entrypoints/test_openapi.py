"""The OpenAPI document: it is valid, it tells of every route and of nothing else, and what it tells is so."""

from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from app import app
from chalicelib.entrypoints.ingest import BATCHES, SINGLES
from chalicelib.entrypoints.operations import OPERATIONS

from .conftest import Caller, basic


@pytest.fixture
def document(http: Caller) -> dict[str, Any]:
    answer = http.get("/v1/openapi.json")
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, "*")
    return answer.body


def test_it_is_a_valid_document(document: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()


def test_it_tells_of_every_route_and_of_nothing_else(document: dict[str, Any]) -> None:
    told = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    there = {(method, path) for path, methods in app.routes.items() for method in methods}
    assert told == there == set(OPERATIONS)
    assert {path for path in document["paths"] if ("POST", path) in told} >= {*SINGLES, *BATCHES}


def test_every_operation_says_what_it_is(document: dict[str, Any]) -> None:
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    assert all(operation["summary"] and operation["tags"] and {"200", "302"} & set(operation["responses"]) for operation in operations)
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)


def test_it_tells_where_the_key_goes_and_who_may_ask(document: dict[str, Any]) -> None:
    about = document["info"]["description"]
    assert all(word in about for word in ("Basic", "`writeKey`", "`?writeKey=`", "Access-Control-Allow-Origin: *", "405"))


def test_a_track_call_needs_an_event_and_busy_answers_say_when_to_come_again(document: dict[str, Any]) -> None:
    track = document["paths"]["/v1/track"]["post"]
    schema = {**track["requestBody"]["content"]["application/json"]["schema"], "components": document["components"]}
    jsonschema.validate({"event": "Product Added", "userId": "anna"}, schema)
    for wrong in ({"userId": "anna"}, {"event": "Product Added"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)
    assert all("Retry-After" in track["responses"][status]["headers"] for status in ("429", "503"))


def test_the_models_say_what_a_call_is(document: dict[str, Any]) -> None:
    call = document["components"]["schemas"]["Call"]
    assert call["properties"]["properties"]["description"]
    assert all(part.get("description") for part in call["properties"].values())


@pytest.mark.parametrize(("method", "path", "body", "key", "status"), [
    ("POST", "/v1/track", {"event": "Product Added", "userId": "anna"}, "web-key", 200),
    ("POST", "/v1/batch", {"batch": [{"type": "track", "event": "Product Added", "userId": "anna"}]}, "web-key", 200),
    ("POST", "/v1/track", {}, "guess", 401), ("POST", "/v1/batch", {}, "web-key", 400), ("POST", "/v1/m", {}, "", 200),
    ("GET", "/health", None, "", 200), ("GET", "/v1/events/dictionary", None, "server-key", 200),
    ("GET", "/v1/events/dictionary", None, "web-key", 403), ("GET", "/sourceConfig", None, "web-key", 200),
])
def test_answers_are_as_told(http: Caller, document: dict[str, Any], method: str, path: str, body: object, key: str, status: int) -> None:
    answer = http.post(path, body, key=key or None) if method == "POST" else http.get(path, {"accept": "*/*", **basic(key)})

    assert answer.status == status
    told = document["paths"][path][method.lower()]["responses"][str(status)]["content"]["application/json"]["schema"]
    jsonschema.validate(answer.body, {**told, "components": document["components"]})
