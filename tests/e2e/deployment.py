"""deployment: Beckon in an emulated account, from the package to the ends that a test holds."""

import base64
import json
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from chalicelib.adapters.cloudformation import account_session, deploy_stack
from chalicelib.adapters.dynamodb.stores import Stores, open_stores
from chalicelib.cli.deployed import ports_of
from chalicelib.cli.package import ROOT, package
from chalicelib.cli.sources import add_source
from chalicelib.cli.verification import machine_architecture, verify
from chalicelib.model.source import Source

from .emulator import REGION, Emulator, adapted

STACK = "beckon-e2e"
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployed stack: its API and the key of a server, its tables, and the account it lives in."""

    emulator: Emulator
    api: str
    key: str
    resources: dict[str, str]
    stores: Stores

    def post(self, path: str, body: dict[str, Any] | str) -> tuple[int, str]:
        """POST to the API with the server's key; status and text of the answer."""
        data = body if isinstance(body, str) else json.dumps(body)
        return self._request(path, data.encode())

    def get(self, path: str) -> tuple[int, str]:
        """GET from the API with the server's key; status and text of the answer."""
        return self._request(path, None)

    def delete(self, path: str) -> tuple[int, str]:
        """DELETE at the API with the server's key; status and text of the answer."""
        return self._request(path, None, "DELETE")

    def emails(self) -> list[dict[str, Any]]:
        """Every e-mail that has gone out."""
        return self.emulator.emails()

    def invoke(self, handler: str) -> None:
        """Run a function once more, as its schedule would."""
        answer = self.emulator.client("lambda").invoke(FunctionName=self.resources[handler], Payload=json.dumps(
            {"source": "aws.events", "detail-type": "Scheduled Event", "resources": [], "account": "", "time": "", "region": "",
             "detail": {}, "id": "", "version": "0"}))
        assert "FunctionError" not in answer, answer["Payload"].read()

    def _request(self, path: str, data: bytes | None, method: str | None = None) -> tuple[int, str]:
        basic = base64.b64encode(f"{self.key}:".encode()).decode()
        request = urllib.request.Request(self.api + path, data=data, headers={"Authorization": f"Basic {basic}"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, _plain(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, _plain(error.read())


def deploy(emulator: Emulator, directory: Path) -> Deployment:
    """Package the tree as it is, with rules that wait two seconds, and deploy it; the sender is verified, a server key known."""
    rules = directory / "rules"
    sender = make_impatient(ROOT / "rules", rules)
    built = package(directory / "package", architecture=machine_architecture(), rules=rules)
    assert verify(built) == []
    built.template.write_text(json.dumps(adapted(json.loads(built.template.read_text()))))
    emulator.client("sesv2").create_email_identity(EmailIdentity=sender)
    outputs = deploy_stack(built.template, built.archive, stack=STACK, session=account_session())
    summaries = emulator.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    resources = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in summaries}
    stores = open_stores(emulator.client("dynamodb"), resources, lambda: time.time_ns() // 1_000_000)
    key, _ = add_source(ports_of(STACK, REGION), Source("e2e", "server"))
    return Deployment(emulator, emulator.api(outputs), key, resources, stores)


def make_impatient(rules: Path, copy_to: Path) -> str:
    """Copy a rules folder; where a rule waits it waits two seconds in the copy. Returns the brand's sender."""
    shutil.copytree(rules, copy_to)
    for path in copy_to.glob("*.json"):
        document = json.loads(path.read_text())
        if "wait" in document.get("trigger", {}):
            document["trigger"]["wait"] = "2s"
            path.write_text(json.dumps(document))
    return json.loads((copy_to / "brand.json").read_text())["sender"]["email"]


def eventually(look: Callable[[], Found | None], what: str, seconds: int = 150) -> Found:
    """What `look` finds, as soon as it finds something. The schedule rings once a minute, so this may take that long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(1)
    raise AssertionError(f"{what}: not within {seconds} seconds")


def _plain(body: bytes) -> str:
    """The text of an answer. The emulator leaves the base64 in which Lambda gives bytes to API Gateway as it is."""
    try:
        return base64.b64decode(body, validate=True).decode()
    except ValueError:
        return body.decode()
