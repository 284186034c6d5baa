"""push: a notification on a phone, through the shop's own app, over Amazon SNS mobile push.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html (one JSON text for each
platform), FCM HTTP v1 (`notification`, `data` of texts) and APNs (`aps.alert`); either takes at most 4,096 bytes.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from ..model.errors import TemplateFailed
from ..model.evidence import Proof
from ..model.instant import DAY, SECOND
from ..model.written import Duration, Written
from .channel import Draft, Lead, Part
from .sms import readable

PARTS = (Part("title"), Part("text"), Part("link", required=False))
BEST: Proof = "clicked"
MOST_BYTES = 4_096
_APPLE = re.compile(r"[0-9a-fA-F]{64,200}")

Platform = Literal["fcm", "apns"]


class Settings(Written):
    """What stands about push. Nothing is needed here; the account's platform applications are the deployment's matter."""

    keep_trying: Duration = Field(default=DAY, ge=60_000, le=28 * DAY)
    """How long the platform keeps a message for a phone that is off."""


@dataclass(frozen=True, slots=True)
class PushRequest:
    """What a transport sends: the token, its platform, and the platform's own JSON as text; `keep` in seconds."""

    key: str
    recipient: str
    platform: Platform
    payload: str
    plain: str
    keep: int


def lead_links(parts: Mapping[str, str], lead: Lead, picture: str | None) -> dict[str, str]:
    """The parts as they are: the app opens its own link, and tells of it."""
    return dict(parts)


def translate(draft: Draft) -> PushRequest:
    """The request for one notification. TemplateFailed when it is longer than the platform takes."""
    platform = platform_of(draft.recipient)
    title, text, link = (readable(draft.parts.get(name, "")) for name in ("title", "text", "link"))
    told = {"beckonMessage": draft.key, "beckonRule": draft.rule, **({"link": link} if link else {})}
    payload = _written(_for_apple(title, text, told) if platform == "apns" else _for_google(title, text, told))
    size = len(payload.encode())
    if size > MOST_BYTES:
        raise TemplateFailed(f"the notification has {size} bytes, {platform.upper()} takes {MOST_BYTES}")
    return PushRequest(key=draft.key, recipient=draft.recipient, platform=platform, payload=payload, plain=text,
                       keep=draft.settings.keep_trying // SECOND)


def platform_of(token: str) -> Platform:
    """Whose token it is, by its form: Apple's are hexadecimal digits and nothing else, Google's never."""
    return "apns" if _APPLE.fullmatch(token) else "fcm"


def _for_google(title: str, text: str, told: Mapping[str, str]) -> dict[str, Any]:
    return {"notification": {"title": title, "body": text}, "data": dict(told)}


def _for_apple(title: str, text: str, told: Mapping[str, str]) -> dict[str, Any]:
    return {"aps": {"alert": {"title": title, "body": text}, "sound": "default"}, **told}


def _written(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
