"""Queues: which division's dispatchers take an incident that no post could be given."""

from collections.abc import Set

from gridsvc.core.dispatch.ground import Ground
from gridsvc.core.dispatch.reason import QueueReason
from gridsvc.core.dispatch.rules import Rules
from gridsvc.core.division import Division, Level
from gridsvc.core.duty import Duty
from gridsvc.core.shift import Shift


def dispatchers_division(
    level: Level,
    hold: QueueReason | None,
    ground: Ground,
    rules: Rules,
    shifts: Set[Shift],
) -> tuple[Division, bool]:
    """Return the division whose dispatchers take it, and whether it has any.

    The lowest at or above the level where a dispatcher is on shift, or else the highest
    below it, because a town works without the city; at least where one is posted, by the
    same order; else the division of the level itself, so that the queue always has a name.
    What lies in no grid of ours is for the city.
    """
    below: tuple[Division, ...]
    if hold in (QueueReason.OUTSIDE_ALL_GRIDS, QueueReason.NEIGHBOUR_CITY):
        above, below = ground.divisions[-1:], ()
    else:
        least = rules.ranks[level]
        above = (
            tuple(d for d in ground.divisions if rules.ranks.get(d.level, least) >= least)
            or (ground.divisions[-1:])
        )
        below = tuple(d for d in reversed(ground.divisions) if d not in above)
    desks = [
        post
        for post in ground.posts
        if post.duty is Duty.DISPATCHER and any(not holder.is_away for holder in post.holders)
    ]
    staffed = {post.place.division_code for post in desks}
    on_shift = {post.place.division_code for post in desks if post.shift in shifts}
    for where in (on_shift, staffed):
        for division in (*above, *below):
            if division.code in where:
                return division, True
    return above[0], False
