"""flows: the order of reading, deciding and writing, one file per door. They do I/O through ports only; the clock is read once."""
