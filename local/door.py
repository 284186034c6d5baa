"""door: the one place where calls of Beckon's own AWS clients pass on their way to moto; faults strike and usage is counted here.

botocore emits `before-send` for every attempt and takes what a handler returns for the answer; moto's stubber is such a handler.
The door takes its place in one session, so that it decides whether moto is asked at all. Where moto is easier to please than the service
it stands for, a strict stand-in of `simulators/` answers in between.
"""

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.retries.standard import ExponentialBackoff
from moto.core.models import botocore_stubber

from simulators.sns import SERVICE as SNS
from simulators.sns import StrictSns

from .faults import Faults, no_answer, refusal
from .usage import Usage


class Door:
    """Stands before moto for all clients that a session makes from now on."""

    def __init__(self, faults: Faults, usage: Usage, sns: StrictSns) -> None:
        self._faults, self._usage, self._sns = faults, usage, sns

    def guard(self, session: boto3.Session) -> None:
        """Take moto's place in a session; clients made before stay as they are."""
        session.events.unregister("before-send", botocore_stubber)
        session.events.register("before-send", self)

    def __call__(self, event_name: str, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """Answer one attempt of one call, or fail as the fault in force says."""
        _, service, operation = event_name.split(".")
        return self._faults.pass_on(
            service, f"{service} {operation}",
            answered=lambda: self._usage.metered(service, operation, request,
                                                 lambda: self._served(event_name, service, operation, request)),
            refused=lambda kind: refusal(service, kind, request.url),
            silence=lambda: no_answer(request.url))

    def _served(self, event_name: str, service: str, operation: str, request: AWSPreparedRequest) -> AWSResponse:
        """What the service itself answers."""
        def moto() -> AWSResponse:
            return botocore_stubber(event_name, request)

        return self._sns.answer(operation, request, moto) if service == SNS else moto()


def retry_without_waiting() -> None:
    """Let botocore's retries come at once in this process: it waits in real time, and here time is Beckon's own clock."""
    ExponentialBackoff.delay_amount = lambda self, context: 0
