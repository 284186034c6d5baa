"""phones: what SNS took for a phone, as its owner would see it: text messages and what an app shows."""

import json
import re
from typing import Any

from chalicelib.model.instant import format_instant
from simulators.sns import Published

Document = dict[str, Any]

_LINK = re.compile(r"https?://[^\s<>\"']+")


def shown(published: Published, key: str | None) -> Document:
    """A message as the inbox lists it; `key` is what the deliveries call it, where they know."""
    return _text(published, key) if published.phone is not None else _push(published, key)


def _text(published: Published, key: str | None) -> Document:
    return {"channel": "sms", "date": format_instant(published.at), "address": published.phone, "key": key or "", "subject": "",
            "text": published.message, "html": "", "links": list(dict.fromkeys(_LINK.findall(published.message))),
            "headers": published.attributes}


def _push(published: Published, key: str | None) -> Document:
    document = json.loads(published.message)
    platform, payload = next((name, json.loads(value)) for name, value in document.items() if name != "default")
    inner = payload["fcmV1Message"]["message"] if platform == "GCM" else payload
    words = inner["notification"] if platform == "GCM" else inner["aps"]["alert"]
    extra = inner["data"] if platform == "GCM" else {name: value for name, value in inner.items() if name != "aps"}
    return {"channel": "push", "date": format_instant(published.at), "address": published.token,
            "key": key or extra.get("beckonMessage") or "", "subject": words.get("title", ""), "text": words.get("body", ""), "html": "",
            "links": [extra["link"]] if "link" in extra else [],
            "headers": {"platform": platform, "endpoint": published.endpoint, **published.attributes, **extra}}
