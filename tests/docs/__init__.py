"""docs: what documentation shows is run, and what exists is documented."""
