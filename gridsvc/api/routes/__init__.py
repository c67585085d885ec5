"""Routes by noun: they translate HTTP to service calls, nothing more."""
