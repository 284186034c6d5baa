"""simulators: the worlds that tests run in, tested themselves."""
