"""openapi: the OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0), made of the app's routes and the models of the border."""

from functools import cache
from typing import Any

from chalice.app import Blueprint, Response
from pydantic import TypeAdapter

from ..model.call import Batch, Call
from .answers import answer, answering
from .cors import SDK_CORS
from .operation import Operation
from .operations import OPERATIONS, REASONS, Problem

routes = Blueprint(__name__)

_REFERENCE = "#/components/schemas/{model}"
_KEYS = {
    "write": [{"writeKey": []}, {"writeKeyInQuery": []}, {}],  # analytics-kotlin gives it in the body, which OpenAPI cannot say
    "server": [{"serverKey": []}], "none": [{}],
}
_ABOUT = (
    "Take in what customers do, as Segment's and RudderStack's SDKs send it, and look up what became of it.\n\n"
    "A write key is taken from Basic authentication, from `writeKey` in the body, or from `?writeKey=`: the first that is there counts.\n\n"
    "Pages of any site may send events, ask for SDK settings and read this document (CORS: `Access-Control-Allow-Origin: *`, no "
    "credentials, on errors too). What needs the key of a server is not for browsers and has no CORS. On a path that is here, a method "
    "that is not is answered 405.")
_REQUIRED = {"track": ["event"], "alias": ["previousId"]}


@routes.route("/v1/openapi.json", methods=["GET"], content_types=["*/*"], cors=SDK_CORS)
@answering
def show_openapi() -> Response:
    """This document."""
    return answer(document(routes.current_app), headers={"Cache-Control": "public, max-age=300"})


@cache
def document(app: Any) -> dict[str, Any]:
    """The document of an app. KeyError: it has a route that operations.py does not describe."""
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for path, methods in sorted(app.routes.items()):
        for method, route in methods.items():
            described = OPERATIONS[method, path]
            paths.setdefault(path, {})[method.lower()] = _operation(path, method, route.view_function.__doc__ or "", described, schemas)
    schemas["Call"]["anyOf"] = [{"required": ["userId"]}, {"required": ["anonymousId"]}]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Beckon", "version": "1", "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
                 "description": _ABOUT},
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": {
            "writeKey": {"type": "http", "scheme": "basic", "description": "The key of a source as user, without a password."},
            "writeKeyInQuery": {"type": "apiKey", "in": "query", "name": "writeKey", "description": "For beacons, which have no headers."},
            "serverKey": {"type": "http", "scheme": "basic", "description": "The secret key of a server source as user."}}},
    }


def _operation(path: str, method: str, about: str, described: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": method.lower() + "".join(part.title() for part in path.translate(_PLAIN).split()),
        "summary": about.strip().splitlines()[0], "tags": [described.tag], "security": _KEYS[described.key],
        "responses": {"200": {"description": "Done.", "content": _content(described.answers, schemas)}},
    }
    if described.leads_on:
        operation["responses"] = {
            "302": {"description": "Where it leads.", "headers": {"Location": {"schema": {"type": "string"}, "required": True}}},
            "404": {"description": REASONS[404], "content": _content(described.answers, schemas)}}
    for status in (*described.errors, 500):
        told = {"description": REASONS.get(status, "A fault of ours."), "content": _content(described.refuses or Problem, schemas)}
        if status in (429, 503):
            told["headers"] = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}, "required": True}}
        operation["responses"][str(status)] = told
    if described.takes is not None:
        operation["requestBody"] = {"required": described.takes != "*/*", "description": "Plain, or gzip whatever the headers say.",
                                    "content": _taken(described.takes, schemas)}
    if described.path_parameter:
        name = path[path.index("{") + 1:path.index("}")]
        operation["parameters"] = [{"name": name, "in": "path", "required": True, "description": described.path_parameter,
                                    "schema": {"type": "string", "minLength": 1}}]
    return operation


_PLAIN = str.maketrans(dict.fromkeys("/{}_.-", " "))


def _taken(takes: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    if isinstance(takes, tuple):  # one call, whose type the path says
        model, kind = takes
        schema = {"allOf": [_schema(model, schemas), {"properties": {"type": {"enum": [kind, None]}}, "required": _REQUIRED.get(kind, [])}]}
        return {"application/json": {"schema": schema}, "text/plain": {"schema": schema}}
    return _content(takes, schemas) if isinstance(takes, str) else {
        "application/json": {"schema": _schema(takes, schemas)}, "text/plain": {"schema": _schema(takes, schemas)}}


def _content(model: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    return {model: {"schema": {}}} if isinstance(model, str) else {"application/json": {"schema": _schema(model, schemas)}}


def _schema(model: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    """A reference to a model's schema, which is put among the others."""
    found = TypeAdapter(model).json_schema(ref_template=_REFERENCE)
    schemas.update(found.pop("$defs", {}))
    name = getattr(model, "__name__", "")
    if model in (Call, Batch) or name[:1].isupper():
        schemas[name] = found
        return {"$ref": _REFERENCE.format(model=name)}
    return found
