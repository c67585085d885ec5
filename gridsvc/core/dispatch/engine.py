"""The dispatch engine: one pure function from an incident and its world to a decision."""

from datetime import datetime

from gridsvc.core.calendar import SHANGHAI
from gridsvc.core.dispatch.authority import (
    KIND_OF_PURPOSE,
    KIND_OF_TIER,
    Authority,
    choose_authority,
)
from gridsvc.core.dispatch.clock import Stage, StageClock, start_clock
from gridsvc.core.dispatch.decision import (
    Assignment,
    Decision,
    IncidentFacts,
    Purpose,
    Queue,
)
from gridsvc.core.dispatch.ground import Ground
from gridsvc.core.dispatch.joint import offer_joint
from gridsvc.core.dispatch.policy import Demand, Ranking, as_candidate, rank_posts, why_not
from gridsvc.core.dispatch.queue import dispatchers_division
from gridsvc.core.dispatch.reason import Flag, QueueReason, Reason, Rung, Shortfall, WhyNot
from gridsvc.core.dispatch.rules import Rules
from gridsvc.core.duty import Tier
from gridsvc.core.instant import check_aware
from gridsvc.core.place import Match
from gridsvc.core.shift import shifts_on

_FLAG_OF_MATCH = {
    Match.EDGE: Flag.EDGE,
    Match.OVERLAP: Flag.OVERLAP,
    Match.NEAREST: Flag.NEAREST_GRID,
}
_STAGE_OF_PURPOSE = {Purpose.VERIFY: Stage.VERIFY, Purpose.RECHECK: Stage.RECHECK}
_NOBODY = Ranking(candidates=(), passed_over=(), reasons=(), shortfalls=())


def decide(incident: IncidentFacts, ground: Ground, rules: Rules, now: datetime) -> Decision:
    """Say who gets an incident, or in whose queue it stands, and why.

    A bad world (a vacant post, an unknown level, a place outside of every grid) gives
    a decision with shortfalls, never an exception.
    """
    check_aware(now=now)
    now = now.astimezone(SHANGHAI)
    purpose, reasons = _settled_purpose(incident)
    authority = choose_authority(incident, purpose, ground, rules)
    if Reason.SELF_FIXED in reasons:
        return _closed_by_self_fix(incident, authority, reasons, ground, rules, now)
    shifts = shifts_on(now, ground.calendar)
    excluded = incident.excluded_officers
    if purpose is Purpose.RECHECK and incident.self_fix and incident.reporter is not None:
        excluded |= {incident.reporter}
    demand = Demand(
        tier=authority.tier,
        # to look needs no authority: a raised level only takes command of it
        level=rules.ladder.lowest if purpose in KIND_OF_PURPOSE else authority.level,
        department=authority.department,
        shifts=shifts,
        excluded_officers=excluded,
        excluded_posts=incident.excluded_posts,
    )
    tier = authority.tier
    ranking, hold = _ranked(incident, purpose, demand, ground, rules)
    first = ranking.candidates[0] if ranking.candidates else None
    shortfalls = [*authority.shortfalls, *ranking.shortfalls]
    assignment = queue = None
    if hold is None and first is not None:
        tier = first.duty.tier or tier
        kind = KIND_OF_PURPOSE.get(purpose) or KIND_OF_TIER[tier]
        assignment = Assignment(task_kind=kind, post_id=first.post_id, officer_id=first.officer_id)
    else:
        division, is_staffed = dispatchers_division(authority.level, hold, ground, rules, shifts)
        queue = Queue(
            division_code=division.code,
            level=division.level,
            reason=hold or QueueReason.NOBODY_AVAILABLE,
        )
        if not is_staffed:
            shortfalls.append(Shortfall.NO_DISPATCHER)
    clocks = _clocks(incident, purpose, authority, tier, assignment, ground, rules, now)
    if any(clock.unpublished_years for clock in clocks):
        shortfalls.append(Shortfall.CALENDAR_UNPUBLISHED)
    joint = offer_joint(purpose, ground, rules, shifts)
    if joint is not None and not joint.liaisons:
        shortfalls.append(Shortfall.NO_LIAISON)
    offered = () if joint is None else (Reason.JOINT_OFFERED,)
    flag = _FLAG_OF_MATCH.get(ground.match)
    return Decision(
        incident_id=incident.incident_id,
        purpose=purpose,
        made_at=now,
        rules_version=rules.version,
        generation=ground.generation,
        world_digest=ground.digest(),
        tier=tier,
        level=authority.level,
        department=authority.department,
        assignment=assignment,
        queue=queue,
        candidates=ranking.candidates,
        passed_over=ranking.passed_over,
        reasons=(*reasons, *authority.reasons, *ranking.reasons, *offered),
        shortfalls=tuple(shortfalls),
        flags=() if flag is None else (flag,),
        clocks=clocks,
        joint=joint,
    )


def _settled_purpose(incident: IncidentFacts) -> tuple[Purpose, tuple[Reason, ...]]:
    """Turn a first dispatch into a verification or a self-fix where it is one."""
    if incident.purpose is not Purpose.FIRST:
        return incident.purpose, ()
    if incident.self_fix:
        if not incident.matter.self_fix:
            return Purpose.FIRST, (Reason.SELF_FIX_NOT_ALLOWED,)
        if not incident.has_photo_pair:
            return Purpose.FIRST, (Reason.SELF_FIX_WITHOUT_PHOTO_PAIR,)
        if incident.is_sampled:
            return Purpose.RECHECK, (Reason.SELF_FIX_SAMPLED,)
        return Purpose.FIRST, (Reason.SELF_FIXED,)
    if incident.is_public and not incident.is_verified:
        return Purpose.VERIFY, (Reason.PUBLIC_REPORT_UNVERIFIED,)
    return Purpose.FIRST, ()


def _closed_by_self_fix(
    incident: IncidentFacts,
    authority: Authority,
    reasons: tuple[Reason, ...],
    ground: Ground,
    rules: Rules,
    now: datetime,
) -> Decision:
    flag = _FLAG_OF_MATCH.get(ground.match)
    return Decision(
        incident_id=incident.incident_id,
        purpose=Purpose.FIRST,
        made_at=now,
        rules_version=rules.version,
        generation=ground.generation,
        world_digest=ground.digest(),
        # whatever would have been asked for, the patrol has solved it
        tier=Tier.PATROL,
        level=rules.ladder.lowest,
        department=authority.department,
        is_closed_by_self_fix=True,
        reasons=reasons,
        flags=() if flag is None else (flag,),
    )


def _ranked(
    incident: IncidentFacts, purpose: Purpose, demand: Demand, ground: Ground, rules: Rules
) -> tuple[Ranking, QueueReason | None]:
    """Rank the posts, and say why a dispatcher must look first, if one must."""
    grid = ground.grid
    hold: QueueReason | None = None
    if grid is None or ground.match is Match.OUTSIDE:
        hold, ranking = QueueReason.OUTSIDE_ALL_GRIDS, _NOBODY
    elif not grid.is_home or grid.city_code != ground.divisions[-1].code:
        hold, ranking = QueueReason.NEIGHBOUR_CITY, _NOBODY
    else:
        ranking = rank_posts(demand, grid, ground, rules.ranks)
        if incident.condition is None and purpose not in KIND_OF_PURPOSE:
            hold = _why_unfiled(incident)
    if incident.chosen_post is not None:
        return _with_chosen(incident, demand, ranking, ground)
    if incident.purpose is Purpose.REWORK and incident.previous_post is not None:
        return _with_previous(incident, ranking), hold
    return ranking, hold


def _why_unfiled(incident: IncidentFacts) -> QueueReason:
    """Say what a dispatcher has to decide about a report without a condition."""
    if not incident.is_public:
        return QueueReason.CONDITION_MISSING
    return QueueReason.VERIFICATION_DENIED if incident.is_denied else QueueReason.AWAITS_ACCEPTANCE


def _with_chosen(
    incident: IncidentFacts, demand: Demand, ranking: Ranking, ground: Ground
) -> tuple[Ranking, QueueReason | None]:
    """Put the dispatcher's choice first, even off shift; refuse it only where nobody could act."""
    post = next((p for p in ground.posts if p.post_id == incident.chosen_post), None)
    usable = (
        post is not None
        and post.duty.tier is not None
        and post.place.city_code == ground.divisions[-1].code
        and why_not(post, demand) in (None, WhyNot.OFF_SHIFT)
    )
    if post is None or not usable:
        shortfalls = (*ranking.shortfalls, Shortfall.CHOSEN_POST_UNUSABLE)
        unusable = Ranking(
            candidates=ranking.candidates,
            passed_over=ranking.passed_over,
            reasons=ranking.reasons,
            shortfalls=shortfalls,
        )
        return unusable, QueueReason.CHOSEN_POST_UNUSABLE
    others = tuple(c for c in ranking.candidates if c.post_id != post.post_id)
    ranked = next((c for c in ranking.candidates if c.post_id == post.post_id), None)
    chosen = Ranking(
        candidates=(ranked or as_candidate(post, demand, Rung.CHOSEN), *others),
        passed_over=tuple(p for p in ranking.passed_over if p.post_id != post.post_id),
        reasons=(Reason.CHOSEN_BY_DISPATCHER,),
        shortfalls=ranking.shortfalls,
    )
    return chosen, None


def _with_previous(incident: IncidentFacts, ranking: Ranking) -> Ranking:
    """Put who had it before first, if still among those who could take it."""
    again = tuple(c for c in ranking.candidates if c.post_id == incident.previous_post)
    if not again:
        return ranking
    others = tuple(c for c in ranking.candidates if c.post_id != incident.previous_post)
    return Ranking(
        candidates=again + others,
        passed_over=ranking.passed_over,
        reasons=(Reason.SAME_POST_AGAIN,),
        shortfalls=ranking.shortfalls,
    )


def _clocks(
    incident: IncidentFacts,
    purpose: Purpose,
    authority: Authority,
    tier: Tier,
    assignment: Assignment | None,
    ground: Ground,
    rules: Rules,
    now: datetime,
) -> tuple[StageClock, ...]:
    """Start the clock of the stage, and with an assignment the one to acknowledge it.

    A queue stops no clock; and handling that began before goes on as it stands.
    """
    clocks = []
    calendar = ground.calendar
    if assignment is not None:
        limit = rules.acknowledge_limit(tier, authority.level)
        clocks.append(start_clock(Stage.ACKNOWLEDGE, now, limit, calendar, rules))
    if authority.limit is not None:
        stage = _STAGE_OF_PURPOSE.get(purpose, Stage.HANDLE)
        running = incident.handle_clock if stage is Stage.HANDLE else None
        clocks.append(running or start_clock(stage, now, authority.limit, calendar, rules))
    return tuple(clocks)
