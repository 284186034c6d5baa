"""contracts: one suite for each port, held by every implementation."""
