"""adapters: the only rooms with boto3, HTTP, the environment and the clock; each implements doors of ports.py."""
