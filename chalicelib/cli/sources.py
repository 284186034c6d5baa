"""sources: write keys of a deployment: made here, shown once, stored as a hash."""

from ..adapters.clock import system_clock
from ..adapters.cloudformation import account_session, stack_outputs
from ..adapters.dynamodb.sources import DynamoSources
from ..adapters.dynamodb.table import CLIENT_CONFIG, Table
from ..adapters.secret import new_secret
from ..ports import Source, SourceKind


def add_source(name: str, kind: SourceKind, *, stack: str = "beckon-prod", region: str | None = None) -> str:
    """Let a new source post events to a deployed stack; returns its write key, which is kept nowhere.

    DeploymentFailed when there is no such stack, StoreUnavailable when the table does not answer.
    """
    key = new_secret()
    _sources(stack, region).add(key, Source(name, kind))
    return key


def disable_source(key: str, *, stack: str = "beckon-prod", region: str | None = None) -> None:
    """Turn a write key away. Functions that have just seen it take it for a minute longer."""
    _sources(stack, region).disable(key)


def _sources(stack: str, region: str | None) -> DynamoSources:
    session = account_session(region)
    table = stack_outputs(session, stack)["Sources"]
    return DynamoSources(Table(session.client("dynamodb", config=CLIENT_CONFIG), table), system_clock)
