"""architecture: what the house looks like, kept true by tests."""
