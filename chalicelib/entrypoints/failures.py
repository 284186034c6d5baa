"""failures: one line of JSON on stderr for what nobody expected: where and what kind, never whose data.

The text of an exception may quote a customer's data, so it is left out of the log; the frames say where to look.
"""

import json
import sys
import traceback
from pathlib import PurePath

_INNERMOST = 8


def report_failure(place: str, error: BaseException) -> None:
    """Write the kind of an error and the innermost frames of its stack."""
    frames = [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    line = {"level": "error", "place": place, "error": type(error).__name__, "frames": frames[-_INNERMOST:]}
    if error.__cause__ is not None:
        line["cause"] = type(error.__cause__).__name__
    sys.stderr.write(json.dumps(line) + "\n")
    sys.stderr.flush()
