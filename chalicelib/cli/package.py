"""package: the deployable form of Beckon: one CloudFormation template and one archive for all functions.

Chalice makes both from a clean copy of the tree; what it cannot say itself (tables, queues, retries, filters, alarms) is merged
in from infra/. The archive then gets compiled files, because importing from source costs a cold start about 2.5 times as much.
"""

import compileall
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ..model.errors import DeploymentFailed

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = "dashboard.json"
# Everything the package is made of. vendor/ holds a link to rules/: Chalice follows links there and nowhere else.
PARTS = ("app.py", "chalicelib", "vendor", "rules", "requirements.txt", "infra/policies", ".chalice/config.json")
LAMBDA_TASK_ROOT = "/var/task"
# Lambda refuses more than this, unpacked (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
UNPACKED_LIMIT = 250 * 1024 * 1024

Template = dict[str, Any]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Package:
    """A package on disk. Sizes in bytes; `architecture` is `arm64` or `x86_64`."""

    template: Path
    archive: Path
    architecture: str
    size: int
    unpacked: int


def infra_template(root: Path = ROOT) -> Template:
    """What infra/ adds to Chalice's template. DeploymentFailed when two of its files say different things of one place."""
    template: Template = {}
    for path in sorted((root / "infra").glob("*.json")):
        if path.name != DASHBOARD:
            _merge(template, json.loads(path.read_text()), path.name)
    body = json.dumps(json.loads((root / "infra" / DASHBOARD).read_text()), separators=(",", ":"))
    dashboard = {"DashboardName": {"Fn::Sub": "${AWS::StackName}-${AWS::Region}"}, "DashboardBody": {"Fn::Sub": body}}
    template["Resources"]["Dashboard"] = {"Type": "AWS::CloudWatch::Dashboard", "Properties": dashboard}
    return template


def package(out: Path, *, stage: str = "prod", architecture: str | None = None, rules: Path | None = None, root: Path = ROOT,
            say: Say = print) -> Package:
    """Write `sam.json` and `deployment.zip` into the directory `out`, replacing what is there.

    `stage` is a stage of .chalice/config.json, `architecture` (`arm64` or `x86_64`) replaces the one written there, and `rules`
    goes into the archive in place of rules/. Needs no AWS account, but the package index, for wheels of Lambda's platform.
    DeploymentFailed with Chalice's own words when it refuses.
    """
    with tempfile.TemporaryDirectory(prefix="beckon-") as directory:
        tree = Path(directory) / "tree"
        _copy(root, tree, rules)
        if architecture is not None:
            _set_architecture(tree / ".chalice" / "config.json", stage, architecture)
        merge = Path(directory) / "infra.json"
        merge.write_text(json.dumps(infra_template(root)))
        say(f"packaging stage {stage} for Python {sys.version_info.major}.{sys.version_info.minor}")
        out.mkdir(parents=True, exist_ok=True)
        _run_chalice(tree, ["package", "--stage", stage, "--merge-template", str(merge), str(out.resolve())])
        template = json.loads((out / "sam.json").read_text())
        _check_stage(template, stage)
        unpacked = _compile(out / "deployment.zip", Path(directory) / "unpacked")
    size = (out / "deployment.zip").stat().st_size
    if unpacked > UNPACKED_LIMIT:
        raise DeploymentFailed(f"{out / 'deployment.zip'}: {unpacked / 1e6:.0f} MB unpacked, Lambda takes 262 MB: drop a dependency")
    say(f"{out / 'deployment.zip'}: {size / 1e6:.1f} MB, {unpacked / 1e6:.1f} MB unpacked")
    (built_for,) = template["Resources"]["APIHandler"]["Properties"]["Architectures"]
    return Package(out / "sam.json", out / "deployment.zip", built_for, size, unpacked)


def _merge(into: Template, other: Template, source: str, path: str = "") -> None:
    for name, value in other.items():
        place = f"{path}/{name}"
        if isinstance(into.get(name), dict) and isinstance(value, dict):
            _merge(into[name], value, source, place)
        elif name in into and into[name] != value:
            raise DeploymentFailed(f"infra/{source}: {place} is defined differently in another file of infra/")
        else:
            into[name] = value


def _copy(root: Path, tree: Path, rules: Path | None) -> None:
    """A clean copy: bytecode and caches lying about in the working tree would change the package."""
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    for part in PARTS:
        source = rules if part == "rules" and rules is not None else root / part
        target = tree / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=ignore, symlinks=True)
        elif source.is_file():
            shutil.copy2(source, target)
        else:
            raise DeploymentFailed(f"{source}: not found, it belongs to the package")


def _set_architecture(config: Path, stage: str, architecture: str) -> None:
    document = json.loads(config.read_text())
    document.setdefault("stages", {}).setdefault(stage, {})["lambda_architecture"] = architecture
    config.write_text(json.dumps(document))


def _run_chalice(tree: Path, arguments: list[str]) -> None:
    # Packaging asks AWS nothing, yet Chalice wants to know a region; nothing of the template depends on it.
    inherited = os.environ
    environment = {"AWS_DEFAULT_REGION": "us-east-1", **inherited, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", "from chalice.cli import main; raise SystemExit(main())", *arguments]
    result = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)
    # When a wheel is not to be had Chalice says so, leaves it out and reports success.
    if result.returncode or "Could not install dependencies" in result.stdout + result.stderr:
        raise DeploymentFailed(f"chalice {arguments[0]}: {(result.stderr or result.stdout).strip()}")


def _check_stage(template: Template, stage: str) -> None:
    """The address that links are made of ends with the API's stage, which Chalice's configuration names."""
    api_stage = template["Resources"]["RestAPI"]["Properties"]["StageName"]
    if api_stage != "api":
        raise DeploymentFailed(f".chalice/config.json: stage {stage}: api_gateway_stage must be \"api\", not {api_stage!r}")


def _compile(archive: Path, directory: Path) -> int:
    """Add compiled files to an archive and pack it anew in a fixed order; returns its unpacked size in bytes.

    Unchecked: the archive's dates are not those of the sources, and Lambda could not write better ones beside them.
    """
    with ZipFile(archive) as packed:
        packed.extractall(directory)
    compileall.compile_dir(directory, quiet=2, stripdir=str(directory), prependdir=LAMBDA_TASK_ROOT,
                           invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    unpacked = 0
    with ZipFile(archive, "w", ZIP_DEFLATED) as packed:
        for path in sorted(path for path in directory.rglob("*") if path.is_file()):
            entry = ZipInfo(path.relative_to(directory).as_posix(), date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr, entry.compress_type = 0o644 << 16, ZIP_DEFLATED
            content = path.read_bytes()
            unpacked += len(content)
            packed.writestr(entry, content)
    return unpacked
