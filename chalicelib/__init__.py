"""Beckon: a serverless personalization and trigger engine. The shape is drawn in README.md, "How it works"."""
