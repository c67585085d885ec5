"""Joint incidents with the neighbour city: offered by machine, taken up by people."""

from collections.abc import Set

from gridsvc.core.dispatch.decision import Candidate, JointOffer, Purpose
from gridsvc.core.dispatch.ground import Ground
from gridsvc.core.dispatch.reason import Rung
from gridsvc.core.dispatch.rules import Rules
from gridsvc.core.duty import Duty
from gridsvc.core.shift import Shift


def offer_joint(
    purpose: Purpose, ground: Ground, rules: Rules, shifts: Set[Shift]
) -> JointOffer | None:
    """Offer joint work to the neighbour city near the city line and beyond it."""
    border = ground.border
    if border is None or purpose not in (Purpose.FIRST, Purpose.REDISPATCH):
        return None
    is_beyond = ground.grid is not None and not ground.grid.is_home
    if border.distance_m > rules.border_zone_m and not is_beyond:
        return None
    liaisons: list[Candidate] = []
    for post in border.liaisons:
        holders = [h.officer_id for h in post.holders if not h.is_away]
        if post.duty is Duty.LIAISON and holders and post.shift in shifts:
            liaisons.append(
                Candidate(
                    post_id=post.post_id,
                    code=post.code,
                    duty=post.duty,
                    officer_id=min(holders),
                    rung=Rung.LIAISON,
                    area_m2=post.place.area_m2,
                    is_backup=post.is_backup,
                    open_task_minutes=post.open_task_minutes,
                )
            )
    liaisons.sort(key=lambda c: (c.is_backup, c.open_task_minutes, c.code, c.post_id))
    return JointOffer(
        city_code=border.foreign_city, distance_m=border.distance_m, liaisons=tuple(liaisons)
    )
