"""coupon_files: codes that lie in a rules folder, `coupons/<pool>.txt`, one a line: for this machine; deployments get theirs over HTTP."""

from pathlib import Path

from ..model.coupon import code_of, pool_name

COUPONS = "coupons"


def coupon_files(folder: Path) -> list[Path]:
    """The files of a rules folder that are named like pools."""
    return [path for path in sorted((folder / COUPONS).glob("*.txt")) if pool_name(path.stem)]


def lines_of(path: Path) -> list[tuple[int, str]]:
    """The lines that are not empty, without the space around them, with their numbers."""
    lines = path.read_text("utf-8-sig", "replace").splitlines()
    return [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]


def codes_in(folder: Path) -> list[tuple[str, str]]:
    """Pool and code of every line that is a code."""
    return [(path.stem, code) for path in coupon_files(folder) for _, line in lines_of(path) if (code := code_of(line))]
