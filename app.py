"""app: the Chalice application. It registers the HTTP blueprints and declares the event handlers, nothing else.

Event handlers stand here and not in blueprints because Lambda imports only the module a handler stands in, and so would skip the
middleware of the app (https://github.com/aws/chalice/issues/1566). Each imports what it needs when it is called, so that one
function does not pay for another's libraries. Sources of events are placeholders; infra/functions.json puts the real ones in,
with batch sizes, filters and retries.
"""

from typing import Any

from chalice.app import Chalice, CloudWatchEvent, DynamoDBEvent, SNSEvent, SQSEvent

from chalicelib.entrypoints import (
    audiences,
    catalog,
    coupons,
    customers,
    dictionary,
    health,
    ingest,
    links,
    openapi,
    receipts,
    rulebook,
    rules,
    sdk_settings,
    stores,
    suppressions,
)
from chalicelib.entrypoints.answers import accept_anything, speak_plainly

EVENTS_STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/EventsTable/stream/placeholder"
CUSTOMERS_STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/CustomersTable/stream/placeholder"
CATALOG_STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/ProductsTable/stream/placeholder"
FAN_OUT_QUEUE = "arn:aws:sqs:us-east-1:000000000000:FanOutQueue"
EMAIL_MARKETING_QUEUE = "arn:aws:sqs:us-east-1:000000000000:EmailMarketingQueue"
EMAIL_TRANSACTIONAL_QUEUE = "arn:aws:sqs:us-east-1:000000000000:EmailTransactionalQueue"
TELEGRAM_MARKETING_QUEUE = "arn:aws:sqs:us-east-1:000000000000:TelegramMarketingQueue"
WEBHOOK_MARKETING_QUEUE = "arn:aws:sqs:us-east-1:000000000000:WebhookMarketingQueue"
SMS_QUEUE = "arn:aws:sqs:us-east-1:000000000000:SmsMarketingQueue"
PUSH_QUEUE = "arn:aws:sqs:us-east-1:000000000000:PushMarketingQueue"
PUSH_FEEDBACK_TOPIC = "arn:aws:sns:us-east-1:000000000000:PushFeedbackTopic"
SMS_INBOUND_TOPIC = "arn:aws:sns:us-east-1:000000000000:SmsInboundTopic"
EMAIL_FEEDBACK_TOPIC = "arn:aws:sns:us-east-1:000000000000:EmailFeedbackTopic"

app = Chalice(app_name="beckon", configure_logs=False)
app.api.binary_types = ["*/*"]
app.register_middleware(accept_anything, event_type="http")
app.register_middleware(speak_plainly, event_type="http")
for door in (ingest, sdk_settings, customers, audiences, suppressions, catalog, stores, coupons, dictionary, links, receipts, rules,
             rulebook, openapi, health):
    app.register_blueprint(door.routes)


@app.on_dynamodb_record(stream_arn=EVENTS_STREAM, starting_position="TRIM_HORIZON")
def on_events(event: DynamoDBEvent) -> dict[str, Any]:
    from chalicelib.entrypoints.streams import fold_batch
    return fold_batch(event.to_dict())


@app.on_dynamodb_record(stream_arn=CUSTOMERS_STREAM, starting_position="TRIM_HORIZON")
def on_customers(event: DynamoDBEvent) -> dict[str, Any]:
    from chalicelib.entrypoints.streams import relay_batch
    return relay_batch(event.to_dict())


@app.on_dynamodb_record(stream_arn=CATALOG_STREAM, starting_position="TRIM_HORIZON")
def on_catalog(event: DynamoDBEvent) -> dict[str, Any]:
    from chalicelib.entrypoints.catalog_stream import fan_out_batch
    return fan_out_batch(event.to_dict())


@app.on_sqs_message(queue_arn=FAN_OUT_QUEUE)
def on_fan_out(event: SQSEvent) -> dict[str, Any]:
    from chalicelib.entrypoints.queues import fan_out_pages
    return fan_out_pages(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=EMAIL_MARKETING_QUEUE)
def on_email_marketing(event: SQSEvent) -> dict[str, Any]:
    from chalicelib.entrypoints.queues import dispatch_batch
    return dispatch_batch(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=EMAIL_TRANSACTIONAL_QUEUE)
def on_email_transactional(event: SQSEvent) -> dict[str, Any]:
    from chalicelib.entrypoints.queues import dispatch_batch
    return dispatch_batch(event.to_dict(), event.context)


@app.on_sns_message(topic=EMAIL_FEEDBACK_TOPIC)
def on_email_feedback(event: SNSEvent) -> None:
    from chalicelib.entrypoints.topics import email_feedback
    email_feedback(event.to_dict())


@app.on_sqs_message(queue_arn=TELEGRAM_MARKETING_QUEUE)
def on_telegram(event: SQSEvent) -> dict[str, Any]:
    from chalicelib.entrypoints.queues import dispatch_batch
    return dispatch_batch(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=WEBHOOK_MARKETING_QUEUE)
def on_webhook(event: SQSEvent) -> dict[str, Any]:
    from chalicelib.entrypoints.queues import dispatch_batch
    return dispatch_batch(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=SMS_QUEUE)
def on_sms(event: SQSEvent) -> dict[str, Any]:
    from chalicelib.entrypoints.queues import dispatch_batch
    return dispatch_batch(event.to_dict(), event.context)


@app.on_sns_message(topic=SMS_INBOUND_TOPIC)
def on_sms_inbound(event: SNSEvent) -> None:
    from chalicelib.entrypoints.topics import sms_inbound
    sms_inbound(event.to_dict())


@app.lambda_function()
def on_sms_delivery_logs(event: dict[str, Any], context: object) -> None:
    from chalicelib.entrypoints.delivery_logs import sms_delivery_logs
    sms_delivery_logs(event)


@app.on_sqs_message(queue_arn=PUSH_QUEUE)
def on_push(event: SQSEvent) -> dict[str, Any]:
    from chalicelib.entrypoints.queues import dispatch_batch
    return dispatch_batch(event.to_dict(), event.context)


@app.on_sns_message(topic=PUSH_FEEDBACK_TOPIC)
def on_push_feedback(event: SNSEvent) -> None:
    from chalicelib.entrypoints.topics import push_feedback
    push_feedback(event.to_dict())


@app.schedule("rate(1 minute)")
def on_minute(event: CloudWatchEvent) -> dict[str, int]:
    from chalicelib.entrypoints.schedules import each_minute
    return each_minute()
