"""ambience: finds what the pure rooms must not touch: clocks, dice, environment, files, network, logs."""

import ast
from collections.abc import Iterator
from pathlib import Path

BANNED_MODULES = frozenset({"time", "random", "secrets", "socket", "requests", "boto3", "botocore", "urllib3", "urllib", "http", "logging",
                            "subprocess", "threading", "asyncio", "tempfile", "shutil", "sqlite3"})
BANNED_NAMES = frozenset({"open", "print", "input", "breakpoint", "exec", "eval", "__import__"})
BANNED_ATTRIBUTES = frozenset({
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "uuid.uuid1", "uuid.uuid4", "os.environ", "os.getenv", "os.urandom",
    "os.putenv", "sys.stdout", "sys.stderr"})
BANNED_IMPORTS = frozenset({"uuid.uuid1", "uuid.uuid4", "os.environ", "os.getenv", "os.urandom"})
FILES = frozenset({"open", "read_text", "read_bytes", "write_text", "write_bytes", "is_file", "is_dir", "glob", "iterdir", "unlink"})


def offences(source: str, *, may_read_files: bool = False) -> list[str]:
    """`line: what` for everything a piece of code touches and must not."""
    return sorted({f"{line}: {what}" for line, what in _found(ast.parse(source)) if not (may_read_files and what in FILES)})


def offences_of(path: Path, *, may_read_files: bool = False) -> list[str]:
    """The same for a file."""
    return [f"{path}:{offence}" for offence in offences(path.read_text("utf-8"), may_read_files=may_read_files)]


def _found(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names if alias.name.partition(".")[0] in BANNED_MODULES)
            case ast.ImportFrom(module=str(module), level=0, names=names):
                if module.partition(".")[0] in BANNED_MODULES:
                    yield node.lineno, module
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in names if f"{module}.{alias.name}" in BANNED_IMPORTS)
            case ast.Call(func=ast.Name(id=name)) if name in BANNED_NAMES:
                yield node.lineno, name
            case ast.Attribute(attr=attribute) if attribute in FILES:
                yield node.lineno, attribute
            case ast.Attribute(value=value, attr=attribute):
                owner = value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""
                if f"{owner}.{attribute}" in BANNED_ATTRIBUTES:
                    yield node.lineno, f"{owner}.{attribute}"
