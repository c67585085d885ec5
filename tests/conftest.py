"""What every kind of test may ask for."""

pytest_plugins = ["tests.cluster", "tests.databases", "tests.api.server"]
