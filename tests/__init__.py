"""tests: what Beckon promises, told as stories."""
