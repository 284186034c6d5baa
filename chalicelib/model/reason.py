"""reason: why a decision was not "send now". One enumeration, never a free string."""

from enum import StrEnum


class Reason(StrEnum):
    """Each value is what stands in decisions, metrics and the console."""

    NOT_CONSENTED = "not_consented"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED_BOUNCE = "suppressed_bounce"
    SUPPRESSED_COMPLAINT = "suppressed_complaint"
    NO_ADDRESS = "no_address"
    UNVERIFIED_ADDRESS = "unverified_address"
    FREQUENCY_CAPPED = "frequency_capped"
    HOLDOUT_GLOBAL = "holdout_global"
    HOLDOUT_RULE = "holdout_rule"
    QUIET_HOURS = "quiet_hours"
    QUIET_HOURS_DROPPED = "quiet_hours_dropped"
    TIMEZONE_UNKNOWN = "timezone_unknown"
    EXITED = "exited"
    CASCADE_STOPPED = "cascade_stopped"
    NO_LONGER_MATCHES = "no_longer_matches"
    CATALOG_MISSING = "catalog_missing"
    OUT_OF_STOCK = "out_of_stock"
    PRICE_RESTORED = "price_restored"
    LOCATION_NOT_CONSENTED = "location_not_consented"
    STORE_CLOSED = "store_closed"
    STORE_HOURS_UNKNOWN = "store_hours_unknown"
    REENTRY = "reentry"
    RUN_LIMIT = "run_limit"
    EXPIRED = "expired"
    COUPON_POOL_EMPTY = "coupon_pool_empty"
    BUDGET_EXHAUSTED = "budget_exhausted"
    RULE_RETIRED = "rule_retired"
    SHADOW_ONLY = "shadow_only"
    OUTSIDE_PERCENTAGE = "outside_percentage"
    RULEBOOK_PAUSED = "rulebook_paused"
    TEMPLATE_ERROR = "template_error"
    TRANSPORT_REFUSED = "transport_refused"
    ENDPOINT_GONE = "endpoint_gone"
    TRANSPORT_BUSY = "transport_busy"
    CUSTOMER_ERASED = "customer_erased"
    CUSTOMER_GONE = "customer_gone"


HELD_OUT = frozenset({Reason.HOLDOUT_GLOBAL, Reason.HOLDOUT_RULE})
"""Silence so that what messages bring can be measured; everything else is decided as if the message had gone."""
