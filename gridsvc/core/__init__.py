"""The rules of the city as pure values and functions: no clock, no database, no randomness."""
