"""verification: what can be found out about a package without deploying it."""

import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

from ..model.errors import DeploymentFailed
from .package import Package, Say

ARCHITECTURES = {"x86_64": "x86_64", "AMD64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def verify(built: Package, say: Say = print) -> list[str]:
    """Findings on a package: what cfn-lint says of the template, and whether the archive imports by itself.

    An archive for another kind of machine cannot be imported here; that is said, and is no finding.
    """
    findings = lint(built.template)
    if built.architecture != machine_architecture():
        say(f"{built.archive}: built for {built.architecture}, so importing it is not tried on this machine")
        return findings
    try:
        check_archive(built.archive)
    except DeploymentFailed as error:
        findings.append(str(error))
    return findings


def machine_architecture() -> str:
    """Lambda's name for what this machine is. DeploymentFailed on a machine Lambda has no like of."""
    try:
        return ARCHITECTURES[platform.machine()]
    except KeyError:
        raise DeploymentFailed(f"a machine of the kind {platform.machine()!r} cannot run what Lambda runs") from None


def lint(template: Path) -> list[str]:
    """What cfn-lint finds in a packaged template, one line each; empty when there is nothing."""
    from cfnlint.api import lint_file  # a tool of development: not in the archive, and slow to import

    return [f"{template}:{match.linenumber}: {match.rule.id} {match.message}" for match in lint_file(template)]


def check_archive(archive: Path) -> None:
    """Import every handler from the unpacked archive alone, so that nothing of this environment can stand in for a missing part.

    Only for an archive of this machine's own architecture. DeploymentFailed with the traceback's last line.
    """
    with tempfile.TemporaryDirectory(prefix="beckon-") as directory:
        with ZipFile(archive) as packed:
            packed.extractall(directory)
        if not (Path(directory) / "rules").is_dir():
            raise DeploymentFailed(f"{archive}: rules/ is not in it: vendor/rules must be a link to ../rules")
        program = ("import sys; sys.path.insert(0, sys.argv[1]); import app, pkgutil, importlib, chalicelib\n"
                   "for part in ('adapters', 'entrypoints', 'flows'):\n"
                   "    package = importlib.import_module('chalicelib.' + part)\n"
                   "    for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
                   "        importlib.import_module(module.name)\n")
        result = subprocess.run([sys.executable, "-I", "-S", "-c", program, directory], cwd=directory, capture_output=True, text=True)
    if result.returncode:
        raise DeploymentFailed(f"{archive}: does not import by itself: {_last_line(result.stderr)}")


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]
