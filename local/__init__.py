"""local: the whole engine on one machine, in one process."""
