"""entrypoints: what the outside calls. Each reads its request, calls one flow and answers."""
