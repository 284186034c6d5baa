"""secret: what a provider is given so that it can show who it is when it calls `/v1/receipts/{channel}`."""

import click

from ..channels.callbacks import CALLBACKS
from ..flows.callbacks import callback_secret
from .deployed import ports_of, region_option, stack_option


@click.command(epilog="Example: beckon secret telegram")
@click.argument("channel", type=click.Choice(sorted(CALLBACKS)))
@stack_option
@region_option
def secret(channel: str, stack: str, region: str | None) -> None:
    """Print the secret by which CHANNEL's provider is known, for its own settings.

    Telegram: call the bot's setWebhook with url, secret_token and allowed_updates ["message", "callback_query", "my_chat_member"].
    """
    click.echo(callback_secret(ports_of(stack, region).sign, channel))
