"""peers: what others make of the same task, each used as its documentation recommends."""
