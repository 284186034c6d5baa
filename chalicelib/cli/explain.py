"""explain: why someone got a message, and why not."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import click

from ..backtest.recording import read_recording
from ..backtest.run import run
from ..flows.profile import look_up
from ..rulebook.loading import load_rulebook
from .arguments import EXISTING_FILE, rules_option


@click.command(epilog="Example: beckon explain --customer anna --rule abandoned-cart events.ndjson")
@click.argument("events", nargs=-1, type=EXISTING_FILE)
@click.option("--customer", required=True, help="The user id, or an anonymous id.")
@click.option("--rule", help="Only decisions of this rule.")
@rules_option
@click.option("--endpoint", help="Ask a running Beckon instead of playing EVENTS.")
@click.option("--key", help="Its server key.")
@click.option("--json", "as_json", is_flag=True, help="Everything known, as JSON.")
def explain(events: tuple[Path, ...], customer: str, rule: str | None, rules: Path, endpoint: str | None, key: str | None,
            as_json: bool) -> None:
    """Tell why CUSTOMER got a message or did not: every decision with every check behind it."""
    if bool(endpoint) == bool(events):
        raise click.UsageError("give events files, or --endpoint with --key")
    if endpoint:
        known = _ask(endpoint, key or "", customer)
    else:
        known = look_up(run(load_rulebook(rules), read_recording(list(events))).world.ports, customer)
    if known is None:
        raise click.ClickException(f"nobody is known as {customer!r} - look for the userId or anonymousId that the events carry")
    decisions = [decision for decision in known["decisions"] if rule in (None, decision["rule"])]
    click.echo(json.dumps({**known, "decisions": decisions}, indent=2, ensure_ascii=False) if as_json else _story(known, decisions, rule))


def _ask(endpoint: str, key: str, customer: str) -> dict[str, Any] | None:
    url = f"{endpoint.rstrip('/')}/v1/customers/{urllib.parse.quote(customer, safe='')}"
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise click.UsageError(f"--endpoint {endpoint!r} is not an http address")
    request = urllib.request.Request(url, headers={"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise click.ClickException(f"{endpoint} answered {error.code} - is --key a server key?") from error
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{endpoint} cannot be asked ({error}) - is it running?") from error


def _version(decision: dict[str, Any]) -> str:
    """Nothing while it may only be the first one."""
    return f" (version {decision['version']})" if (decision.get("version") or 1) > 1 else ""


def _story(known: dict[str, Any], decisions: list[dict[str, Any]], rule: str | None) -> str:
    cart = known["cart"]
    lines = [f"{known['customer']}: {len(known['events'])} events lately, {cart['count']} pieces worth {cart['value']} in the cart"]
    for decision in sorted(decisions, key=lambda decision: decision["decidedAt"]):
        said = decision["verdict"] + (f" - {decision['reason']}" if decision["reason"] else "")
        lines.append(f"{decision['decidedAt']}  {decision['rule']}{_version(decision)} step {decision['step']}: {said}")
        lines += [f"    {check['check']:16s} {check['verdict']:6s} {check.get('note', '')}" for check in decision["trace"]]
    if not decisions:
        lines.append(f"no decision{f' of {rule}' if rule else ''}: no trigger has fired for this customer")
    lines += [f"waiting: {timer} until {due}" for timer, due in known["timers"].items()]
    return "\n".join(lines)
