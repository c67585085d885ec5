"""Figures about levels: how much is solved at the lowest, how often a suggestion is confirmed."""

from datetime import timedelta

from gridsvc.core.actor import Actor
from gridsvc.services.context import Context
from gridsvc.services.incident_view import Shown
from gridsvc.services.places import NoSuchDivision
from gridsvc.services.rules import rules_in_force
from gridsvc.store.level_figures import choices_since, solved_by_level


def level_figures(ctx: Context, actor: Actor, division: str, days: int) -> Shown:
    """Return the figures of a division, as far as the actor sees its incidents."""
    now = ctx.clock.now()
    since = now - timedelta(days=days)
    with ctx.database.begin(actor.scope) as connection:
        if division not in ctx.ground.at(connection, now).divisions:
            raise NoSuchDivision(f"there is no division {division}")
        ladder = rules_in_force(connection, now).ladder
        solved = solved_by_level(connection, division, since)
        made, confirmed = choices_since(connection, division, since)
    total = sum(solved.values())
    # levels of an older ladder come last
    levels = [*ladder.levels, *sorted(set(solved) - set(ladder.levels))]
    return {
        "solved": [{"level": level, "count": solved.get(level, 0)} for level in levels],
        "solved_count": total,
        "lowest_level": ladder.lowest,
        "lowest_share": solved.get(ladder.lowest, 0) / total if total else None,
        "suggested_count": made,
        "confirmed_count": confirmed,
        "confirmed_share": confirmed / made if made else None,
    }
