"""Chance: the one place of the simulation that draws, by a seed, so that a day can be played again.

The rest of the service is without chance, which the linter holds it to.
"""

from random import Random as Chance  # noqa: TID251 - a simulated day is drawn, and drawn alike by its seed

__all__ = ["Chance"]
