"""Eight people and sweeps at once on the same incidents: short form of `scripts/soak storm`.

Every batch is held to what must never be; a storm in which nobody met would prove nothing.
"""

from itertools import islice

from gridsvc.core.life_cycle import Step
from gridsvc.services.context import Context
from tests.storm import storm, unseen

#: of every kind one: somebody came second, answered, gave work and solved something
WANTED = ("StaleVersion", Step.ACKNOWLEDGE, Step.DISPATCH, Step.HANDLE)
#: one is enough almost always; threads promise nothing
MOST_ROUNDS = 20


def test_everybody_at_once(ctx: Context) -> None:
    for done in islice(storm(ctx, examples=2, steps=6), MOST_ROUNDS):
        if not unseen(done, WANTED):
            break
    assert unseen(done, WANTED) == [], done
