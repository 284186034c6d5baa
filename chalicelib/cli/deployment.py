"""deployment: makes the package, puts it into an account."""

import sys
from pathlib import Path

import click

from .arguments import FOLDER
from .deployed import region_option

stage_option = click.option("--stage", default="prod", show_default=True, help="A stage of .chalice/config.json.")


@click.command(epilog="Example: beckon package build")
@click.argument("out", type=click.Path(file_okay=False, path_type=Path), default=Path("build"))
@stage_option
@click.option("--architecture", type=click.Choice(["arm64", "x86_64"]), help="Instead of the one in .chalice/config.json.")
@click.option("--rules", type=FOLDER, help="Instead of rules/.")
def package(out: Path, stage: str, architecture: str | None, rules: Path | None) -> None:
    """Write OUT/sam.json (CloudFormation) and OUT/deployment.zip, and check both. Needs no AWS account."""
    from .package import package as build  # Chalice's tool chain is loaded only here
    from .verification import verify

    findings = verify(build(out, stage=stage, architecture=architecture, rules=rules, say=click.echo), say=click.echo)
    for finding in findings:
        click.echo(finding)
    click.echo(f"{out}: {len(findings)} findings" if findings else f"{out}: nothing to mend")
    sys.exit(1 if findings else 0)


@click.command(epilog="Example: beckon deploy --stage prod --public-url https://offers.shop.example")
@stage_option
@click.option("--stack", help="The stack's name; without it beckon-<stage>.")
@region_option
@click.option("--bucket", help="Where the archive goes; without it one is made.")
@click.option("--public-url", help="Where links in messages lead: the address of your domain for this stack.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("build"), show_default=True)
def deploy(stage: str, stack: str | None, region: str | None, bucket: str | None, public_url: str | None, out: Path) -> None:
    """Package and deploy to the AWS account of your usual settings; prints the addresses."""
    from .deploy import deploy as put  # boto3 is loaded only here

    put(out, stage=stage, stack=stack, region=region, bucket=bucket, public_url=public_url, say=click.echo)
