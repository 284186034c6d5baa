"""cli: the `beckon` command. One command, one file; main.py lists them."""
