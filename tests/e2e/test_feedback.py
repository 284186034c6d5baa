"""test_feedback: what SES tells of a letter, as it comes over the topic of the deployed stack, under the function's own role."""

import json
import uuid

import pytest

from chalicelib.adapters.clock import system_clock
from chalicelib.model.identity import Identifier, customer_id
from chalicelib.model.instant import format_instant

from .deployment import Deployment, eventually
from .test_stories import call, daytime_zone

pytestmark = pytest.mark.e2e


def test_a_complaint_closes_the_address_and_what_cannot_be_read_is_set_aside(beckon: Deployment) -> None:
    user = f"olga-{uuid.uuid4()}"
    address, customer = f"{user}@example.com", customer_id(Identifier("user", user))
    status, _ = beckon.post("/v1/batch", {"batch": [
        call("identify", user, 5, traits={"email": address, "timezone": daytime_zone(), "consents": {"email": True}}),
        call("track", user, 4, event="Product Added", properties={"product_id": "b1", "price": 42.5, "currency": "EUR"}),
    ]})
    assert status == 200
    eventually(lambda: [email for email in beckon.emails() if address in str(email["To"])], "the letter to Olga")
    (key,) = [decision.key for decision in beckon.stores.decisions.of_customer(customer, 10) if decision.verdict == "send"]

    told = {"eventType": "Complaint", "complaint": {"complainedRecipients": [{"emailAddress": address}]},
            "mail": {"messageId": "ses-1", "timestamp": format_instant(system_clock()), "destination": [address], "tags": {"key": [key]}}}
    for message in (f"no JSON from {user}", json.dumps(told), json.dumps(told)):
        _publish(beckon, message)

    def closed() -> bool:
        record = beckon.stores.customers.load(customer)
        return record is not None and [entry.reason for entry in record.state.suppressed.values()] == ["suppressed_complaint"]

    eventually(closed, "the complaint in Olga's state")
    assert [entry.reason for entry in beckon.stores.suppressions.find("email", address, "offers")] == ["suppressed_complaint"]
    assert [event.name for event in beckon.stores.events.latest(customer, 20)].count("Email Marked as Spam") == 1
    eventually(lambda: [entry for entry in beckon.stores.parking.parked("feedback", 10) if user in entry.body], "what was set aside")


def _publish(beckon: Deployment, message: str) -> None:
    """As SES does. AWS gives a function a subject and attributes of every message, this emulator only where there are some."""
    attributes = {"by": {"DataType": "String", "StringValue": "ses"}}
    beckon.emulator.client("sns").publish(TopicArn=beckon.resources["EmailFeedbackTopic"], Message=message, MessageAttributes=attributes,
                                          Subject="Amazon SES Email Event Notification")
