"""model: the nouns. Plain data without I/O; times are integers, milliseconds since 1970 UTC."""
