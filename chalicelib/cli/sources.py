"""sources: write keys of a deployment: made here, shown once, stored as a hash; listed and turned away."""

import json

import click

from ..adapters.secret import new_secret
from ..engine.signature import signing_secret
from ..model.source import EVENTS_A_MINUTE, Source, SourceKind, key_id
from ..ports import Ports
from .deployed import ports_of, region_option, stack_option


def add_source(ports: Ports, source: Source) -> tuple[str, str]:
    """Let a source post events; returns a new write key and its signing secret, which are kept nowhere. StoreUnavailable."""
    key = new_secret()
    ports.sources.add(key, source)
    return key, signing_secret(ports.sign, key_id(key))


@click.command(epilog="Example: beckon source web --kind browser")
@click.argument("name", required=False)
@click.option("--kind", type=click.Choice(["browser", "app", "server"]), help="Browsers and apps have public keys.")
@click.option("--signed-only", is_flag=True, help="Take calls with a userId only when they prove it by context.userSignature.")
@click.option("--events-a-minute", type=click.IntRange(1), default=EVENTS_A_MINUTE, show_default=True, help="How much a key may post.")
@click.option("--disable", metavar="KEY_ID", help="Turn a key away instead, by the id that the list shows.")
@stack_option
@region_option
def source(name: str | None, kind: SourceKind | None, signed_only: bool, events_a_minute: int, disable: str | None, stack: str,
           region: str | None) -> None:
    """Let source NAME post events with a new key, shown only now; without NAME, list all keys.

    A source may have several keys. To change one: make a second, give it to the shop's pages, then turn the first away.
    """
    ports = ports_of(stack, region)
    if disable:
        if not ports.sources.disable(disable):
            raise click.ClickException(f"there is no key with the id {disable}; `beckon source` lists them")
        click.echo(f"{disable} is turned away; where it was just seen it works a minute longer")
    elif name is None:
        for known in ports.sources.all():
            click.echo(json.dumps({"id": known.id, "name": known.name, "kind": known.kind, "disabled": known.disabled,
                                   "signedOnly": known.signed_only, "eventsAMinute": known.events_a_minute}, ensure_ascii=False))
    else:
        _check_kind(ports, name, kind)
        key, secret = add_source(ports, Source(name, kind or "server", signed_only, events_a_minute))
        click.echo(key)
        if kind != "server":
            click.echo(f"signing secret of this key, for your server only: {secret}", err=True)


def _check_kind(ports: Ports, name: str, kind: SourceKind | None) -> None:
    """A source is of one kind, whatever number of keys it has."""
    if kind is None:
        raise click.UsageError("give --kind browser, app or server")
    others = {known.kind for known in ports.sources.all() if known.name == name and not known.disabled} - {kind}
    if others:
        raise click.ClickException(f"{name} is a source of kind {others.pop()}; give the new one another name")
