"""emulator: an AWS account on this machine, for one test run.

ministack executes the template's functions as processes, feeds them from streams, queues and schedules, and checks every call
against the function's own role. It lives in an environment of its own (.venv-emulator): it pins another botocore.
"""

import copy
import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

ACCOUNT, REGION = "123456789012", "us-east-1"
OWNER = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
Template = dict[str, Any]
PROGRAM = Path(__file__).parents[2] / ".venv-emulator" / "bin" / "ministack"


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator."""

    url: str

    def environment(self) -> dict[str, str]:
        """The variables that make any AWS client one of this account's owner."""
        return {"AWS_ENDPOINT_URL": self.url, "AWS_DEFAULT_REGION": REGION, **OWNER}

    def client(self, service: str) -> Any:
        """A client of the account's owner."""
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, aws_access_key_id=OWNER["AWS_ACCESS_KEY_ID"],
                            aws_secret_access_key=OWNER["AWS_SECRET_ACCESS_KEY"])

    def api(self, outputs: dict[str, str]) -> str:
        """The address of the deployed API."""
        return f"{self.url}/_aws/execute-api/{outputs['RestAPIId']}/api"

    def reset(self) -> None:
        """Empty the account."""
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/_ministack/reset", method="POST"), timeout=30).close()

    def emails(self) -> list[dict[str, Any]]:
        """Every e-mail that SES has taken."""
        with urllib.request.urlopen(f"{self.url}/_ministack/ses/messages", timeout=10) as answer:
            return json.load(answer)["messages"].get(ACCOUNT, [])


@contextmanager
def running(directory: Path) -> Iterator[Emulator]:
    """An emulator on a free port of the loopback, ended with the block; its log is `emulator.log` in the directory."""
    port = _free_port()
    inherited = os.environ
    environment = {
        **inherited, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "MINISTACK_ACCOUNT_ID": ACCOUNT, "AUTH": "true",
        "IOT_MTLS_ENABLED": "0", "AWS_DEFAULT_REGION": REGION, **OWNER,
        "STATE_DIR": str(directory / "state"), "S3_DATA_DIR": str(directory / "s3"), "TMPDIR": str(directory),
    }
    for name in ("PYTHONPATH", "VIRTUAL_ENV", "AWS_ENDPOINT_URL"):
        environment.pop(name, None)
    with (directory / "emulator.log").open("wb") as log:
        process = subprocess.Popen([str(PROGRAM)], env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            emulator = Emulator(f"http://127.0.0.1:{port}")
            _wait_ready(emulator, process, directory / "emulator.log")
            yield emulator
        finally:
            process.terminate()
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_ready(emulator: Emulator, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when it answers; an error with its last words when it ends first or is not there after a minute."""
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{emulator.url}/_ministack/health", timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the emulator did not start: {log.read_text(errors='replace')[-2000:]}")


def adapted(template: Template) -> Template:
    """The template with what this emulator's permission check gets wrong put as it wants it; on AWS both would be mistakes.

    It asks for `sqs:SendMessageBatch`, which is no action there (SendMessage covers both), and does not know that SendEmail is
    allowed on identities.
    """
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] != "AWS::IAM::Role":
            continue
        for policy in resource["Properties"]["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                if "sqs:SendMessage" in statement["Action"]:
                    statement["Action"] = [*statement["Action"], "sqs:SendMessageBatch"]
                if "ses:SendEmail" in statement["Action"]:
                    statement["Resource"] = "*"
    return template
