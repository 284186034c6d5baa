"""send_once: one call to a service of AWS by which a message leaves. Neither SES nor SNS has an idempotency key:
no call is repeated here.

What went wrong is sorted into three kinds: the service has not taken the message and may later (`retryable`), it will never take it, and
nobody knows (`ambiguous`): a 5xx, a timeout or a lost connection after the request was written. What a refusal means, each service says
for itself.
Source: botocore's exceptions, https://docs.aws.amazon.com/botocore/latest/reference/config.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProxyConnectionError,
)
from botocore.parsers import ResponseParserError

from ..model.errors import TransportFailed

# botocore would silently send again after a 500 or a timeout.
SEND_ONCE = Config(retries={"total_max_attempts": 1, "mode": "standard"}, connect_timeout=3, read_timeout=10)

_NOTHING_WRITTEN = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError, NoCredentialsError, PartialCredentialsError,
                    CredentialRetrievalError)


def send_once(service: str, call: Callable[[], Mapping[str, Any]], refused: Callable[[ClientError], TransportFailed]) -> str:
    """Call once, with a client made with SEND_ONCE; the service's own id of the message. TransportFailed says what is known."""
    try:
        answer = call()
    except ClientError as error:
        raise refused(error) from error
    except _NOTHING_WRITTEN as error:
        raise TransportFailed(f"{service} was not reached: {type(error).__name__}", retryable=True) from error
    except ParamValidationError as error:
        raise TransportFailed(f"{service} cannot be asked to send this: its request would be malformed") from error
    except (BotoCoreError, ResponseParserError) as error:
        raise TransportFailed(f"{service} gave no answer: {type(error).__name__}", ambiguous=True) from error
    if not answer.get("MessageId"):
        raise TransportFailed(f"{service} gave an answer that cannot be read", ambiguous=True)
    return str(answer["MessageId"])
