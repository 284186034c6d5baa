"""bench: claims of speed, size, cost and safety, each a command that prints one table."""
