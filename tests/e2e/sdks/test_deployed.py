"""SDKs of servers against the deployed stack: all that was said is stored once there as well.

Only what sends plain JSON: the emulator's API gateway does not read the binary media types of the API's definition, and so makes text of
a gzip body before the function sees it. Browsers stay out as well: it does not answer their preflight (a mock integration).
"""

import base64
import http.client
import json
import uuid
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest
import rudderstack.analytics.client as rudder
import segment.analytics.client as segment

from ..deployment import Deployment, eventually
from .conftest import Sdks

pytestmark = pytest.mark.e2e

STEPS = 12


def stored(beckon: Deployment, since: int) -> Counter[str]:
    """What was said since a moment: tracks by their names, the rest by their types."""
    events = [arrival.event for arrival in beckon.stores.events.since(since) if arrival.event.type != "engine"]
    return Counter(event.name if event.type == "track" and event.name else event.type for event in events)


@pytest.mark.parametrize("sdk", ["segment", "rudderstack"])
def test_python(beckon: Deployment, sdk: str) -> None:
    errors: list[object] = []
    client = (segment if sdk == "segment" else rudder).Client(
        beckon.key, host=beckon.api, gzip=False, upload_size=5, upload_interval=0.1, on_error=lambda error, _: errors.append(error))
    run = uuid.uuid4().hex
    for step in range(STEPS):
        client.track(user_id=f"user-{run}", event=f"{run} {step}", properties={"price": step / 3, "title": "Тихото море 📚"})
    client.flush()
    client.join()

    assert errors == []
    said = Counter(f"{run} {step}" for step in range(STEPS))
    assert eventually(lambda: (stored(beckon, 0) & said) == said, "every event", seconds=60)


@pytest.mark.parametrize("sdk", ["segment", "rudderstack-plain"])
def test_node(beckon: Deployment, sdks: Sdks, sdk: str) -> None:
    before = stored(beckon, 0)
    host, _, stage = beckon.api.partition("://")[2].partition("/")
    # Segment's SDK drops what follows the host, so the stage goes into the path.
    told = sdks.run("server_client.mjs", sdk=sdk, endpoint=f"http://{host}", path=f"/{stage}/v1/batch", key=beckon.key, count=STEPS)

    assert told["failures"] == []
    said = Counter(["identify", "page", "screen", "group", "alias", *(f"Step {step}" for step in range(1, STEPS + 1))])
    assert eventually(lambda: stored(beckon, 0) - before == said, "every event, once", seconds=60)


def test_settings_lead_to_the_stage_they_were_asked_at(beckon: Deployment) -> None:
    """The API by its own name, as on AWS: `<id>.execute-api.<domain>/<stage>`."""
    port = urlsplit(beckon.api).port
    name = f"{beckon.resources['RestAPI']}.execute-api.localhost:{port}"

    def ask(method: str, path: str, body: str | None = None) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request(method, path, body, {"Host": name, "Accept": "*/*"})
        answer = connection.getresponse()
        status, text = answer.status, base64.b64decode(answer.read())  # as the emulator leaves it; API Gateway undoes it
        connection.close()
        return status, json.loads(text)

    status, settings = ask("GET", f"/api/v1/projects/{beckon.key}/settings")
    assert (status, settings["integrations"]["Segment.io"]["apiHost"]) == (200, f"{name}/api/v1")
    message = {"writeKey": beckon.key, "messageId": str(uuid.uuid4()), "anonymousId": "visitor", "event": "Product Viewed"}
    status, told = ask("POST", settings["integrations"]["Segment.io"]["apiHost"].removeprefix(name) + "/t", json.dumps(message))
    assert (status, told["stored"]) == (200, 1)
