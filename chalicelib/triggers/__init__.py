"""triggers: WHEN a rule's moment comes. One kind, one file, one line in registry.py."""
