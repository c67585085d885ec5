"""Scope keys: the words by which an incident and a reader find out whether they may meet.

An incident carries keys, a reader carries keys, and row-level security shows the
incident when the two sets share one. A key says a place, a department at a place, a
post, an account, or a city's part in a joint incident. What a reader may *do* is
their permissions, in `permission`.
"""

from collections.abc import Iterable
from uuid import UUID

from gridsvc.core.actor import HeldPost
from gridsvc.core.department import DepartmentCode
from gridsvc.core.division import DivisionCode
from gridsvc.core.duty import TIER_OF_DUTY, Duty, Tier
from gridsvc.core.grid import GridId
from gridsvc.core.post import PostId

#: Carried by every incident; only the service's own work (sweep, tail, doctor) asks for it.
EVERY = "*"

_WHOLE_PLACE = frozenset({Duty.DISPATCHER, Duty.GRID_SUPERVISOR, Duty.PLANNER, Duty.ANALYST})


def grid_key(grid_id: GridId) -> str:
    """Return the key of everything that a grid's posts answer for."""
    return f"g{grid_id}"


def department_key(division: DivisionCode, department: DepartmentCode) -> str:
    """Return the key of one department's incidents in a division."""
    return f"{division}/{department}"


def post_key(post_id: PostId) -> str:
    """Return the key of the incidents on which a post was given a task."""
    return f"p{post_id}"


def account_key(account_id: UUID) -> str:
    """Return the key of the incidents that an account reported."""
    return f"a{account_id}"


def offer_key(place: GridId | DivisionCode) -> str:
    """Return the key of what is offered to the participants of a grid or a division."""
    return f"offer/{place}"


def joint_key(division: DivisionCode) -> str:
    """Return the key of the joint incidents in which a city or town takes part."""
    return f"joint/{division}"


def scope_of_incident(
    *,
    owner_grid_id: GridId | None,
    division_codes: Iterable[DivisionCode],
    department: DepartmentCode | None,
    post_ids: Iterable[PostId] = (),
    reporter_account_ids: Iterable[UUID] = (),
    joint_division_codes: Iterable[DivisionCode] = (),
) -> tuple[str, ...]:
    """Return the keys of an incident, sorted.

    `division_codes` are the community, town and city over its owning grid, as far as
    they are known; `post_ids` every post that got a task on it, also a past one, for
    who worked on it may look it up; `joint_division_codes` the cities and towns of a
    joint incident.
    """
    keys = {EVERY}
    if owner_grid_id is not None:
        keys.add(grid_key(owner_grid_id))
    for division in division_codes:
        keys.add(division)
        if department is not None:
            keys.add(department_key(division, department))
    keys.update(post_key(post_id) for post_id in post_ids)
    keys.update(account_key(account_id) for account_id in reporter_account_ids)
    keys.update(joint_key(division) for division in joint_division_codes)
    return tuple(sorted(keys))


def scope_of_offer(grid_id: GridId, division_codes: Iterable[DivisionCode]) -> tuple[str, ...]:
    """Return the keys of an offer over a grid, sorted: of its place, and of its participants."""
    divisions = tuple(division_codes)
    keys = {EVERY, grid_key(grid_id), offer_key(grid_id), *divisions}
    keys.update(offer_key(division) for division in divisions)
    return tuple(sorted(keys))


def scope_of_actor(account_id: UUID, posts: Iterable[HeldPost]) -> tuple[str, ...]:
    """Return the keys of somebody who holds these posts, sorted; never `EVERY`.

    Everybody sees what they reported and what their posts were given.
    """
    keys = {account_key(account_id)}
    for post in posts:
        keys.add(post_key(post.post_id))
        key = place_key(post)
        if key is not None:
            keys.add(key)
    return tuple(sorted(keys))


def place_key(post: HeldPost) -> str | None:
    """Return the key of what a post sees beyond its own tasks, None when that is nothing.

    Whoever works for a department sees that department's incidents in the division, and
    all of them when the post is for no department; a post over one grid sees the grid.
    A liaison sees joint incidents only, a participant what is offered and no incident, an
    operator nothing.
    """
    if post.duty is Duty.LIAISON:
        return joint_key(post.division_code)
    if post.duty is Duty.PARTICIPANT:
        return offer_key(post.division_code if post.grid_id is None else post.grid_id)
    is_tiered = post.duty in TIER_OF_DUTY
    if not is_tiered and post.duty not in _WHOLE_PLACE:
        return None
    if post.grid_id is not None:
        return grid_key(post.grid_id)
    works_for_department = is_tiered and TIER_OF_DUTY[post.duty] is not Tier.PATROL
    if works_for_department and post.department_code is not None:
        return department_key(post.division_code, post.department_code)
    return post.division_code
