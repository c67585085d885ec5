"""Background jobs that call services."""
