"""policies: WHETHER a message may go out now. One policy, one file, one line in registry.py."""
