"""properties: what holds for every customer and every history, tried on many that were made up by a machine, the same ones each time."""
