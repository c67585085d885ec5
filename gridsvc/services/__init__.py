"""Use cases: one transaction each, and the only reader of the clock."""
