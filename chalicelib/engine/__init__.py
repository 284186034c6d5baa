"""engine: the verbs, pure. `advance` is the only evaluator: live traffic, backtest, examples and explanations all call it."""
