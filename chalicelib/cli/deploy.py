"""deploy: a package put into an account, from the command line's arguments to the address that customers reach."""

from pathlib import Path

from ..adapters.cloudformation import Say, account_session, deploy_stack
from .package import package


def deploy(out: Path, *, stage: str, stack: str | None = None, region: str | None = None, bucket: str | None = None,
           rules: Path | None = None, public_url: str | None = None, parameters: dict[str, str] | None = None,
           say: Say = print) -> dict[str, str]:
    """Package into `out` and deploy as a stack (`beckon-<stage>`); returns the stack's outputs, `EndpointURL` among them.

    The account is the one of the usual AWS settings. `parameters` are the template's own; what is left out keeps its value.
    DeploymentFailed names the place and the mend.
    """
    built = package(out, stage=stage, rules=rules, say=say)
    parameters = dict(parameters or {})
    if public_url is not None:
        parameters["PublicUrl"] = public_url.rstrip("/")
    outputs = deploy_stack(built.template, built.archive, stack=stack or f"beckon-{stage}", session=account_session(region),
                           bucket=bucket, parameters=parameters, say=say)
    for name, value in sorted(outputs.items()):
        say(f"{name}: {value}")
    return outputs
