"""deployed: the ports of a deployed stack, for people who look after it from their own machine."""

from collections.abc import Mapping
from pathlib import Path

import boto3
import click

from ..adapters.cloudformation import SECRET, stack_parameters, stack_resources
from ..adapters.memory import MemoryMeter
from ..bootstrap import bind
from ..channels.registry import WAYS
from ..model.errors import DeploymentFailed
from ..ports import Ports
from ..settings import TABLES, Settings

FAN_OUT_QUEUE = "FanOutQueue"
QUEUES = {(channel, message_type): f"{channel.title()}{message_type.title()}Queue" for channel, message_type in WAYS}

stack_option = click.option("--stack", default="beckon-prod", show_default=True, help="The deployed stack.")
region_option = click.option("--region", help="The AWS region; without it the usual AWS settings count.")


def ports_of(stack: str, region: str | None = None, rules: Path = Path("rules")) -> Ports:
    """The doors of a stack, with the rules of a folder here. DeploymentFailed when there is no such stack or it is not Beckon's."""
    session = boto3.Session(region_name=region)
    resources = stack_resources(session, stack)
    secret = stack_parameters(session.client("cloudformation"), stack).get(SECRET)
    return ports_on(resources, session, stack, rules, secret)


def ports_on(resources: Mapping[str, str], session: boto3.Session, stack: str, rules: Path,
             link_secret_parameter: str | None = None) -> Ports:
    """The doors to resources, given by their logical names. DeploymentFailed names the first that is missing."""
    for logical in (*TABLES, *QUEUES.values(), FAN_OUT_QUEUE):
        if logical not in resources:
            raise DeploymentFailed(f"stack {stack}: it has no {logical}: name a stack that `beckon deploy` made")
    return bind(Settings(tables={logical: resources[logical] for logical in TABLES},
                         queue_urls={way: resources[logical] for way, logical in QUEUES.items()}, rules_dir=rules,
                         fan_out_queue_url=resources[FAN_OUT_QUEUE], link_secret_parameter=link_secret_parameter),
                session, meter=MemoryMeter())  # counts are read out of Lambda's logs; here they would only be in the way
