"""sns_sms: text messages over Amazon SNS."""

from collections.abc import Callable
from typing import Any

from ..channels.sms import MAX_PRICE, SmsRequest
from .sns import publish


class SmsTransport:
    """The Transport of text messages. `client` gives an sns client made with SEND_ONCE when it is first needed."""

    def __init__(self, client: Callable[[], Any]) -> None:
        self._client = client

    def send(self, request: SmsRequest) -> str:
        """Send once; SNS's message id. TransportFailed says what is known."""
        attributes = {name: {"DataType": "Number" if name == MAX_PRICE else "String", "StringValue": value}
                      for name, value in request.attributes.items()}
        return publish(self._client, PhoneNumber=request.recipient, Message=request.text, MessageAttributes=attributes)
