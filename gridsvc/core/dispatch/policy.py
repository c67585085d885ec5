"""The dispatch policy: which posts could take a task, and in which order.

Owners first: *a post owns a grid for a matter when its place covers the grid and its
department is the matter's; patrol posts own every matter*. Then the community's pool
(its posts without a department), then the neighbouring grids of the same community,
then those of the same town. Never another city.
"""

from collections.abc import Set
from dataclasses import dataclass

from gridsvc.core.department import DepartmentCode
from gridsvc.core.dispatch.decision import Candidate, PassedOver
from gridsvc.core.dispatch.ground import Ground
from gridsvc.core.dispatch.reason import Reason, Rung, Shortfall, WhyNot
from gridsvc.core.division import Level
from gridsvc.core.duty import DUTIES_OF_TIER, Tier
from gridsvc.core.grid import Grid, GridId, Neighbour
from gridsvc.core.officer import OfficerId
from gridsvc.core.post import Post, PostId
from gridsvc.core.shift import Shift

_RUNG_RANK = {rung: rank for rank, rung in enumerate(Rung)}
_RUNG_REASON = {
    Rung.COMMUNITY_POOL: Reason.COMMUNITY_POOL,
    Rung.NEIGHBOUR_OF_COMMUNITY: Reason.NEIGHBOUR_OF_COMMUNITY,
    Rung.NEIGHBOUR_OF_TOWN: Reason.NEIGHBOUR_OF_TOWN,
}
#: what decided between the first and the second, by the place in `ranking_key`
_REASON_OF_KEY = (
    Reason.OWNER_BEFORE_OTHERS,
    Reason.LONGER_BORDER,
    Reason.SMALLEST_PLACE,
    Reason.PRIMARY_BEFORE_BACKUP,
    Reason.LIGHTER_LOAD,
    Reason.LOWER_CODE,
    Reason.LOWER_CODE,
)

RankingKey = tuple[int, float, float, bool, int, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a post must be, or must not be, to take one task."""

    tier: Tier
    level: Level
    department: DepartmentCode
    shifts: Set[Shift]
    excluded_officers: Set[OfficerId] = frozenset()
    excluded_posts: Set[PostId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Every post of the tier: those who could take it, best first, and the others with why not."""

    candidates: tuple[Candidate, ...]
    passed_over: tuple[PassedOver, ...]
    reasons: tuple[Reason, ...]
    shortfalls: tuple[Shortfall, ...]


def ranking_key(candidate: Candidate) -> RankingKey:
    """Order candidates; total, because no two posts share a code and an id.

    The smallest place wins, because the person nearest to a street knows it best; of
    the neighbours the one with the longest common border. Then primary before backup,
    the lighter load, the lower code, so that the same report always reaches the same post.
    """
    return (
        _RUNG_RANK[candidate.rung],
        -candidate.shared_m,
        candidate.area_m2,
        candidate.is_backup,
        candidate.open_task_minutes,
        candidate.code,
        candidate.post_id,
    )


def rank_posts(
    demand: Demand, grid: Grid, ground: Ground, ranks: dict[Level | None, int]
) -> Ranking:
    """Order the posts that could take a task in a grid, best first.

    `ranks` gives the height of each level. Posts of other tiers are not concerned
    and appear in neither list.
    """
    neighbours = {n.grid.grid_id: n for n in ground.neighbours}
    level_rank = ranks[demand.level]
    duties = DUTIES_OF_TIER[demand.tier]
    divisions = grid.division_codes
    candidates: list[Candidate] = []
    passed_over: list[PassedOver] = []
    owners_why: list[WhyNot | None] = []
    for post in ground.posts:
        if post.duty not in duties:
            continue
        place = post.place
        # `PostPlace.covers`, with the divisions at hand: a decision asks it of fifty posts
        covers = (
            place.division_code in divisions
            if place.grid_id is None
            else place.grid_id == grid.grid_id
        )
        rung = _rung_of(post, covers, demand, grid, neighbours)
        why: WhyNot | None
        if isinstance(rung, WhyNot):
            why = rung
        elif ranks.get(place.level, 0) < level_rank:
            why = WhyNot.BELOW_LEVEL
        else:
            why = why_not(post, demand)
        if covers and rung is not Rung.COMMUNITY_POOL:
            owners_why.append(why)
        if why is not None:
            passed_over.append(PassedOver(post_id=post.post_id, code=post.code, why=why))
            continue
        assert isinstance(rung, Rung)
        near = neighbours.get(place.grid_id) if place.grid_id is not None else None
        candidates.append(as_candidate(post, demand, rung, near.shared_m if near else 0.0))
    candidates.sort(key=ranking_key)
    return Ranking(
        candidates=tuple(candidates),
        passed_over=tuple(sorted(passed_over, key=lambda p: (p.code, p.post_id))),
        reasons=_why_first(candidates),
        shortfalls=_shortfalls(owners_why, candidates),
    )


def _rung_of(
    post: Post, covers: bool, demand: Demand, grid: Grid, neighbours: dict[GridId, Neighbour]
) -> Rung | WhyNot:
    place = post.place
    if place.city_code != grid.city_code:
        return WhyNot.ANOTHER_CITY
    is_departments = demand.tier is Tier.PATROL or post.department == demand.department
    if covers:
        if is_departments:
            return Rung.OWNER
        if post.department is None and place.division_code == grid.community_code:
            return Rung.COMMUNITY_POOL
        return WhyNot.OTHER_DEPARTMENT
    near = neighbours.get(place.grid_id) if place.grid_id is not None else None
    if near is None:
        return WhyNot.ELSEWHERE
    if near.crosses_city or near.grid.city_code != grid.city_code:
        return WhyNot.ANOTHER_CITY
    if near.grid.town_code != grid.town_code:
        return WhyNot.ANOTHER_TOWN
    if not is_departments:
        return WhyNot.OTHER_DEPARTMENT
    if near.grid.community_code == grid.community_code:
        return Rung.NEIGHBOUR_OF_COMMUNITY
    return Rung.NEIGHBOUR_OF_TOWN


def why_not(post: Post, demand: Demand) -> WhyNot | None:
    """Say what keeps a post at the right place from taking the task, None when nothing does."""
    if not post.duty.is_paid:
        return WhyNot.UNPAID_DUTY
    if not post.holders:
        return WhyNot.VACANT
    if holder_of(post, demand) is None:
        is_away = all(holder.is_away for holder in post.holders)
        return WhyNot.ALL_AWAY if is_away else WhyNot.EXCLUDED
    if post.post_id in demand.excluded_posts:
        return WhyNot.EXCLUDED
    if post.shift not in demand.shifts:
        return WhyNot.OFF_SHIFT
    return None


def holder_of(post: Post, demand: Demand) -> OfficerId | None:
    """Return the present holder with the lowest id who is not excluded."""
    best: OfficerId | None = None
    for holder in post.holders:
        officer_id = holder.officer_id
        if holder.is_away or officer_id in demand.excluded_officers:
            continue
        if best is None or officer_id < best:
            best = officer_id
    return best


def as_candidate(post: Post, demand: Demand, rung: Rung, shared_m: float = 0.0) -> Candidate:
    """Write down a post that has a holder, with the facts it is ranked by."""
    officer_id = holder_of(post, demand)
    assert officer_id is not None
    return Candidate(
        post_id=post.post_id,
        code=post.code,
        duty=post.duty,
        officer_id=officer_id,
        rung=rung,
        area_m2=post.place.area_m2,
        shared_m=shared_m,
        is_backup=post.is_backup,
        open_task_minutes=post.open_task_minutes,
    )


def _why_first(candidates: list[Candidate]) -> tuple[Reason, ...]:
    """Say what put the first before the second."""
    if not candidates:
        return ()
    rung = _RUNG_REASON.get(candidates[0].rung)
    borrowed = () if rung is None else (rung,)
    if len(candidates) == 1:
        return (*borrowed, Reason.ONLY_CANDIDATE)
    first, second = ranking_key(candidates[0]), ranking_key(candidates[1])
    decisive = next(i for i, (a, b) in enumerate(zip(first, second, strict=True)) if a != b)
    return (*borrowed, _REASON_OF_KEY[decisive])


def _shortfalls(
    owners_why: list[WhyNot | None], candidates: list[Candidate]
) -> tuple[Shortfall, ...]:
    """Name the gaps among the posts whose own ground this is, from the widest to the narrowest."""
    found: list[Shortfall] = []
    left = owners_why
    for why, shortfall in (
        (WhyNot.UNPAID_DUTY, Shortfall.NO_POST_OF_TIER),
        (WhyNot.OTHER_DEPARTMENT, Shortfall.NO_DEPARTMENT_POST),
        (WhyNot.BELOW_LEVEL, Shortfall.NO_POST_AT_LEVEL),
    ):
        if not left:
            break
        left = [w for w in left if w is not why]
        if not left:
            found.append(shortfall)
    if not owners_why:
        found.append(Shortfall.NO_POST_OF_TIER)
    if WhyNot.VACANT in left:
        found.append(Shortfall.VACANT_POST)
    if left and None not in left:
        if WhyNot.OFF_SHIFT in left or WhyNot.ALL_AWAY in left:
            found.append(Shortfall.NOBODY_ON_SHIFT)
        elif WhyNot.EXCLUDED in left:
            found.append(Shortfall.NOBODY_LEFT)
    if candidates and candidates[0].rung in _RUNG_REASON:
        found.append(Shortfall.BORROWED)
    return tuple(found)
