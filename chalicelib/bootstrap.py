"""bootstrap: binds every port to AWS, once per process.

Libraries and clients are loaded when they are first needed: a function that never sends e-mail pays nothing for SES.
"""

import gc
import threading
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from .settings import Settings, read_settings

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.config import Config

    from .ports import Clock, Meter, Ports, Spread, Transport
    from .rulebook.bundle import Bundle
    from .rulebook.rulebook import Rulebook

_chosen: "Ports | None" = None


def ports() -> "Ports":
    """The ports of this process: those chosen by `use`, else AWS as the environment says. SettingInvalid names what is missing."""
    return _from_environment() if _chosen is None else _chosen


def use(chosen: "Ports | None") -> None:
    """Let this process use these ports (local mode, tests); None goes back to the environment."""
    global _chosen
    _chosen = chosen


def bind(settings: Settings, session: "Session", *, clock: "Clock | None" = None, meter: "Meter | None" = None,
         spread: "Spread | None" = None) -> "Ports":
    """Ports on AWS through one boto3 session, with another clock, meter or way to spread work if given."""
    from .adapters.clock import system_clock
    from .adapters.dynamodb.stores import open_stores
    from .adapters.dynamodb.table import CLIENT_CONFIG
    from .adapters.following import Following
    from .adapters.heard_rulebooks import HeardRulebooks
    from .adapters.meter import EmbeddedMeter
    from .adapters.send_once import SEND_ONCE
    from .adapters.ses import SesTransport
    from .adapters.signer import Signer
    from .adapters.sns_push import PushTransport
    from .adapters.sns_sms import SmsTransport
    from .adapters.spread import side_by_side
    from .adapters.sqs import SQS_CONFIG, SqsQueue
    from .ports import Ports

    clock = clock or system_clock
    meter = meter or EmbeddedMeter(clock)
    clients = Clients(session)
    stores = open_stores(clients("dynamodb", CLIENT_CONFIG), settings.tables, clock, settings.ring_shards)
    sqs = partial(clients, "sqs", SQS_CONFIG)
    in_force = Following(stores.rulebooks, cache(partial(_load_rulebook, settings)), system_clock, meter)
    return Ports(
        clock=clock, rulebook=in_force, rulebooks=HeardRulebooks(stores.rulebooks, in_force.look_again),
        deployed=cache(partial(_deployed, settings)),
        events=stores.events, identifiers=stores.identifiers, customers=stores.customers, decisions=stores.decisions,
        deliveries=stores.deliveries, suppressions=stores.suppressions, coupons=stores.coupons, products=stores.products,
        watches=stores.watches, waves=stores.waves, stores=stores.stores,
        pages=SqsQueue(sqs, settings.fan_out_queue_url), parking=stores.parking,
        sources=stores.sources, limits=stores.limits, budgets=stores.budgets, dictionary=stores.dictionary,
        queues={way: SqsQueue(sqs, url) for way, url in settings.queue_urls.items()},
        transports={
            "email": SesTransport(partial(clients, "sesv2", SEND_ONCE), settings.ses_configuration_set),
            **_messengers(settings, clients, clock),
            "sms": SmsTransport(partial(clients, "sns", SEND_ONCE)),
            "push": PushTransport(partial(clients, "sns", SEND_ONCE), settings.push_applications),
        },
        meter=meter, spread=spread or side_by_side, new_attempt=lambda: uuid4().hex,
        sign=Signer(_link_secret(settings, clients)), public_url=settings.public_url,
    )


class Clients:
    """boto3 clients of one session, each made once. Making them is not safe in threads, using them is (boto3's guide)."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._made: dict[str, Any] = {}
        self._lock = threading.Lock()

    def __call__(self, service: str, config: "Config | None" = None) -> Any:
        """The client of a service."""
        with self._lock:
            if service not in self._made:
                self._made[service] = self._session.client(service, config=config)
            return self._made[service]


def tend_less() -> None:
    """Let the garbage collector leave alone what is loaded, and look for cycles less often: half of ingest's time (bench.ingest)."""
    gc.freeze()
    gc.set_threshold(50_000)


@cache
def _from_environment() -> "Ports":
    from boto3.session import Session

    bound = bind(read_settings(), Session())
    tend_less()
    return bound


def _load_rulebook(settings: Settings) -> "Rulebook":
    from .rulebook.loading import load_rulebook

    return load_rulebook(settings.rules_dir)


def _deployed(settings: Settings) -> "Bundle":
    from .rulebook.bundle import bundle_of
    from .rulebook.rule_files import files_in

    return bundle_of(files_in(settings.rules_dir))


def _link_secret(settings: Settings, clients: Clients) -> Callable[[], bytes]:
    from .adapters.signer import parameter_secret

    if settings.link_secret:
        return partial(settings.link_secret.encode)
    return partial(parameter_secret, partial(clients, "ssm"), settings.link_secret_parameter or "")


def _messengers(settings: Settings, clients: Clients, clock: "Clock") -> "dict[str, Transport]":
    """Channels that go over HTTPS: those whose secret is named. What they need is loaded with them."""
    made: dict[str, Transport] = {}
    token = _channel_secret(settings.telegram_token, settings.telegram_token_parameter, clients)
    if token is not None:
        from .adapters.telegram import TelegramTransport
        from .adapters.web import Web

        made["telegram"] = TelegramTransport(Web("Telegram"), token)
    secrets = _channel_secret(settings.webhook_secret, settings.webhook_secret_parameter, clients)
    if secrets is not None:
        from .adapters.web import Web
        from .adapters.webhook import WebhookTransport

        made["webhook"] = WebhookTransport(Web("the webhook's endpoint"), secrets, clock)
    return made


def _channel_secret(given: str | None, parameter: str | None, clients: Clients) -> Callable[[], str] | None:
    from .adapters.parameter import KeptParameter

    if given:
        return partial(str, given)
    return KeptParameter(partial(clients, "ssm"), parameter) if parameter else None
