"""simulators: strict stand-ins for what can fail around Beckon, for tests and benchmarks."""
