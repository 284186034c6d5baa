"""flows: stories about the order in which things are read, decided and written, step by step."""
