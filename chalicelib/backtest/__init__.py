"""backtest: the same flows over recorded events, in one process, on a clock that is set instead of read."""
