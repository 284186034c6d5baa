"""shop_client: a shop's developer at the running engine of this machine: posts batches, uses the controls under /local."""

import base64
import json
from typing import Any

from chalice.config import Config
from chalice.local import LocalGateway

from local.controls import Controls
from local.world import ROOT, World

HEADERS = {"content-type": "application/json", "authorization": "Basic " + base64.b64encode(b"server-local:").decode()}


class ShopClient:
    """A world as a shop uses it, without sockets: the same app behind the same gateway."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.controls = Controls(world)
        self._gateway = LocalGateway(world.functions.module.app, Config.create(chalice_stage="local", project_dir=str(ROOT)))

    def post(self, *calls: dict[str, Any]) -> dict[str, Any]:
        """Post a batch with the server's key; the answer's body."""
        return self.post_to("/v1/batch", {"batch": calls})

    def feed(self, *products: dict[str, Any]) -> dict[str, Any]:
        """Tell the catalog of products; the answer's body."""
        return self.post_to("/v1/catalog/products", {"products": products})

    def post_to(self, path: str, document: dict[str, Any]) -> dict[str, Any]:
        """Post to any path with the server's key; the answer's body."""
        return self._ask("POST", path, json.dumps(document).encode())

    def fetch(self, path: str) -> dict[str, Any]:
        """What is at any path, asked for with the server's key; the answer's body."""
        return self._ask("GET", path, b"")

    def _ask(self, method: str, path: str, body: bytes) -> dict[str, Any]:
        answer = self._gateway.handle_request(method, path, HEADERS, body)
        found = answer["body"]
        told: dict[str, Any] = json.loads(base64.b64decode(found) if answer.get("isBase64Encoded") else found)
        return told

    def get(self, path: str) -> Any:
        """The JSON under /local."""
        answer = self.controls.handle("GET", f"/local/{path}", b"")
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def do(self, path: str, document: dict[str, Any], status: int = 200) -> Any:
        """Post to /local."""
        answer = self.controls.handle("POST", f"/local/{path}", json.dumps(document).encode())
        assert answer.status == status, answer.body
        return json.loads(answer.body)

    def begin(self, moment: str) -> None:
        """An empty world at a moment."""
        self.do("reset", {})
        self.do("clock", {"to": moment})
