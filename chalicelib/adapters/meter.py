"""meter: counts as CloudWatch metrics, one line of embedded metric format on stdout each.

CloudWatch reads the metric out of the log line, so counting costs no request.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import sys
from typing import TextIO

from ..ports import Clock

NAMESPACE = "Beckon"


class EmbeddedMeter:
    """The Meter port on a text stream, by default stdout as it is when a count is written."""

    def __init__(self, clock: Clock, out: TextIO | None = None) -> None:
        self._clock = clock
        self._out = out

    def count(self, name: str, number: int = 1, **dimensions: str) -> None:
        """Write one metric line."""
        metrics = {"Namespace": NAMESPACE, "Dimensions": [sorted(dimensions)], "Metrics": [{"Name": name, "Unit": "Count"}]}
        line = {"_aws": {"Timestamp": self._clock(), "CloudWatchMetrics": [metrics]}, **dimensions, name: number}
        out = self._out or sys.stdout
        out.write(json.dumps(line, separators=(",", ":")) + "\n")  # in one write, so that lines of several threads do not mix
        out.flush()
