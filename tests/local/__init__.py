"""local: tests of the engine on one machine: pump, clock, faults, usage, controls."""
