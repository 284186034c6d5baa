"""each_kind: the kinds of fault, as the laws about one story each are played with them.

Who is stopped before a call has done what who was stopped after the call before it has done: `make test` plays that once, in
`test_crashes.py` both ways; `make e2e` plays both everywhere.
"""

import pytest

from simulators.survey import KINDS

EACH_KIND = [pytest.param(kind, marks=[pytest.mark.e2e] if kind == "kill_before" else []) for kind in KINDS]
DEATHS = [kind for kind in EACH_KIND if kind.values[0] in ("kill_before", "kill_after")]
