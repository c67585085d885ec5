"""What every kind of test may ask for."""

from hypothesis import settings

pytest_plugins = ["tests.cluster", "tests.databases", "tests.api.server"]

# A test says whether something holds, never how fast: a busy machine is no counterexample.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
