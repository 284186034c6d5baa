"""settings: what a deployment decides, read from the environment in one place.

`infra/functions.json` sets these variables for every function; local mode makes the same object without an environment.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .channels.registry import WAYS
from .model.errors import SettingInvalid

# By the logical names of infra/storage.json, and for queues by (channel, message type): the variables that name them.
TABLES = {
    "EventsTable": "EVENTS_TABLE", "CustomersTable": "CUSTOMERS_TABLE", "IdentifiersTable": "IDENTIFIERS_TABLE",
    "DecisionsTable": "DECISIONS_TABLE", "DeliveriesTable": "DELIVERIES_TABLE", "SuppressionsTable": "SUPPRESSIONS_TABLE",
    "CouponsTable": "COUPONS_TABLE", "ParkedTable": "PARKED_TABLE", "SourcesTable": "SOURCES_TABLE",
    "LimitsTable": "LIMITS_TABLE", "DictionaryTable": "DICTIONARY_TABLE", "ProductsTable": "PRODUCTS_TABLE",
    "WatchesTable": "WATCHES_TABLE", "StoresTable": "STORES_TABLE", "RulebooksTable": "RULEBOOKS_TABLE",
}
QUEUES = {way: f"{'_'.join(way).upper()}_QUEUE_URL" for way in WAYS}
PUSH_APPLICATIONS = {"fcm": "PUSH_FCM_APPLICATION", "apns": "PUSH_APNS_APPLICATION"}
FAN_OUT_QUEUE = "FAN_OUT_QUEUE_URL"
MOST_SHARDS = 1_000


@dataclass(frozen=True, slots=True)
class Settings:
    """Names of tables and queues, and where rules and secrets are.

    `tables` go by their logical names, `queue_urls` by (channel, message type). `public_url` is where customers reach the API,
    without a slash at the end; the function that serves the API has none, because it writes no links. Of `link_secret` and
    `link_secret_parameter` (an SSM SecureString) one is set; of a channel's secret and its parameter one where the channel is used.
    `push_applications` are the ARNs of SNS platform applications by platform (`fcm`, `apns`), those that the account has. `ring_shards`
    must never become smaller while timers run.
    """

    tables: Mapping[str, str]
    queue_urls: Mapping[tuple[str, str], str]
    rules_dir: Path
    fan_out_queue_url: str = ""
    public_url: str = ""
    link_secret: str | None = None
    link_secret_parameter: str | None = None
    ses_configuration_set: str | None = None
    telegram_token: str | None = None
    telegram_token_parameter: str | None = None
    webhook_secret: str | None = None
    webhook_secret_parameter: str | None = None
    push_applications: Mapping[str, str] = field(default_factory=dict)
    ring_shards: int = 8


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in an environment (the process's own). SettingInvalid names the first variable that is missing or unreadable."""
    environment = os.environ if environment is None else environment
    if not environment.get("LINK_SECRET") and not environment.get("LINK_SECRET_PARAMETER"):
        raise SettingInvalid("LINK_SECRET_PARAMETER is not set: give the name of the SSM parameter that signs links, or LINK_SECRET")
    return Settings(
        tables={logical: _need(environment, name) for logical, name in TABLES.items()},
        queue_urls={way: _need(environment, name) for way, name in QUEUES.items()},
        fan_out_queue_url=_need(environment, FAN_OUT_QUEUE), rules_dir=Path(_need(environment, "RULES_DIR")),
        public_url=environment.get("PUBLIC_URL", "").rstrip("/"),
        link_secret=environment.get("LINK_SECRET") or None,
        link_secret_parameter=environment.get("LINK_SECRET_PARAMETER") or None,
        ses_configuration_set=environment.get("SES_CONFIGURATION_SET") or None,
        telegram_token=environment.get("TELEGRAM_TOKEN") or None,
        telegram_token_parameter=environment.get("TELEGRAM_TOKEN_PARAMETER") or None,
        webhook_secret=environment.get("WEBHOOK_SECRET") or None,
        webhook_secret_parameter=environment.get("WEBHOOK_SECRET_PARAMETER") or None,
        push_applications={platform: environment[name] for platform, name in PUSH_APPLICATIONS.items() if environment.get(name)},
        ring_shards=_shards(environment.get("RING_SHARDS") or "8"),
    )


def _need(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name)
    if not value:
        raise SettingInvalid(f"{name} is not set: give it to the function as an environment variable")
    return value


def _shards(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST_SHARDS):
        raise SettingInvalid(f"RING_SHARDS is {text!r}: write a whole number from 1 to {MOST_SHARDS}")
    return int(text)
