"""sdk_settings: what SDKs ask for when they start, answered so that everything they send comes here and nowhere else.

Segment's SDKs send nothing at all when the answer names no `Segment.io` integration, and send to Segment's own servers when it names no
host and the page names none either. RudderStack's need a source with a list of destinations, and would report statistics of their own.
"""

import re
from typing import Any

from chalice.app import Blueprint, Response

from .. import bootstrap
from .answers import answer, answering
from .cors import SDK_CORS
from .keys import caller

routes = Blueprint(__name__)

_KEPT = {"Cache-Control": "public, max-age=300"}
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?")
_STAGE = re.compile(r"(/[A-Za-z0-9._~\-]+)*")
_ASKED = "/v1/projects/"  # the stage, or the base path of a domain, stands before it
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@routes.route("/v1/projects/{key}/settings", methods=["GET"], content_types=["*/*"], cors=SDK_CORS)
@answering
def show_segment_settings(key: str) -> Response:
    """Settings for Segment's SDKs: one integration, and where it sends to."""
    caller(routes.current_request, {"writeKey": key}, bootstrap.ports().sources)
    return answer({"integrations": {"Segment.io": {"apiKey": key, **_own_host()}}, "plan": {}, "edgeFunction": {}}, headers=_KEPT)


@routes.route("/sourceConfig", methods=["GET"], content_types=["*/*"], cors=SDK_CORS)  # API Gateway takes it with a slash behind, too
@answering
def show_rudder_settings() -> Response:
    """Settings for RudderStack's SDKs: an enabled source without destinations."""
    source = caller(routes.current_request, {}, bootstrap.ports().sources)
    document = {"source": {"id": source.id or source.name, "name": source.name, "enabled": True, "destinations": [], "connections": [],
                           "config": {"statsCollection": {"errors": {"enabled": False}, "metrics": {"enabled": False}}},
                           "dataplanes": {}}}
    return answer(document, headers=_KEPT)


@routes.route("/v1/m", methods=["POST"], content_types=["*/*"], cors=SDK_CORS)
@answering
def take_metrics() -> Response:
    """Metrics of the SDKs about themselves: taken and thrown away."""
    return answer({"success": True})


def _own_host() -> dict[str, Any]:
    """Where this request came to, for the SDK to send to: host, stage and version; nothing when the host is none a browser could ask."""
    request = routes.current_request
    public = bootstrap.ports().public_url
    if public:
        protocol, _, place = public.partition("://")
        return {"apiHost": f"{place}/v1", "protocol": protocol}
    context = request.context
    host = context.get("domainName") or request.headers.get("host", "")
    stage, found, _ = str(context.get("path", "")).rpartition(_ASKED)
    if not found or not _HOST.fullmatch(host) or not _STAGE.fullmatch(stage):
        return {}
    local = re.sub(r":\d+$", "", host) in _LOOPBACK
    return {"apiHost": f"{host}{stage}/v1", "protocol": "http" if local else "https"}
