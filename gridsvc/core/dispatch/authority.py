"""Authority: which tier and level an incident asks for, and whose department leads.

The lowest that may solve it; who that is among the posts is not asked here.
"""

from dataclasses import dataclass

from gridsvc.core.department import DepartmentCode
from gridsvc.core.dispatch.decision import IncidentFacts, Purpose
from gridsvc.core.dispatch.ground import Ground
from gridsvc.core.dispatch.reason import Reason, Shortfall
from gridsvc.core.dispatch.rules import Rules
from gridsvc.core.division import Level
from gridsvc.core.duty import Tier
from gridsvc.core.matter import Limit
from gridsvc.core.task import TaskKind

KIND_OF_TIER = {
    Tier.PATROL: TaskKind.PATROL_FIX,
    Tier.HANDLING: TaskKind.HANDLE,
    Tier.ENFORCEMENT: TaskKind.ENFORCE,
}
KIND_OF_PURPOSE = {Purpose.VERIFY: TaskKind.VERIFY, Purpose.RECHECK: TaskKind.RECHECK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """What the solver, verifier or checker must be."""

    tier: Tier
    level: Level
    department: DepartmentCode
    #: None when the stage has no limit yet, because no condition is chosen
    limit: Limit | None
    reasons: tuple[Reason, ...]
    shortfalls: tuple[Shortfall, ...] = ()


def choose_authority(
    incident: IncidentFacts, purpose: Purpose, ground: Ground, rules: Rules
) -> Authority:
    """Pick the lowest tier and level that may do it.

    Verification and re-check are patrol work at the lowest level. For the rest the
    matter names the tier and the condition the level; the severity may ask for more
    of both; an override for the matter, the condition or the division replaces either; a
    dispatcher may have chosen another level; and since patrol has no authority above the
    lowest level, a higher level makes it handling. A level that was raised stays raised.
    """
    if purpose in KIND_OF_PURPOSE:
        limit = rules.verify_limit if purpose is Purpose.VERIFY else rules.recheck_limit
        level, raised = _raised(incident, rules.ladder.lowest, rules)
        return Authority(
            tier=Tier.PATROL,
            level=level,
            department=incident.matter.department,
            limit=limit,
            reasons=(Reason.TIER_OF_TASK, *raised),
        )
    return _authority_to_solve(incident, ground, rules)


def _authority_to_solve(incident: IncidentFacts, ground: Ground, rules: Rules) -> Authority:
    matter, condition = incident.matter, incident.condition
    condition_code = None if condition is None else condition.code
    tier, tier_reason = matter.entry_tier, Reason.ENTRY_TIER
    level = rules.ladder.lowest
    level_reasons: tuple[Reason, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()
    if condition is not None:
        level, level_reasons = condition.level, (Reason.CONDITION_LEVEL,)
        if level not in rules.ranks:
            # the lowest level that may solve it is unknown; the highest certainly may
            level, shortfalls = rules.ladder.highest, (Shortfall.UNKNOWN_LEVEL,)
        floor_tier = rules.tier_by_severity.get(condition.severity)
        if floor_tier is not None and floor_tier.rank > tier.rank:
            tier, tier_reason = floor_tier, Reason.TIER_BY_SEVERITY
        floor_level = rules.level_by_severity.get(condition.severity)
        if floor_level is not None and rules.ranks[floor_level] > rules.ranks[level]:
            level, level_reasons = floor_level, (Reason.LEVEL_BY_SEVERITY,)

    divisions = tuple(division.code for division in ground.divisions)
    override = rules.override_for(matter.code, condition_code, divisions)
    department = matter.department
    department_reasons: tuple[Reason, ...] = ()
    if override is not None:
        if override.tier is not None:
            tier, tier_reason = override.tier, Reason.TIER_BY_OVERRIDE
        if override.level is not None:
            level, level_reasons = override.level, (Reason.LEVEL_BY_OVERRIDE,)
        if override.department is not None:
            department = override.department
            department_reasons = (Reason.DEPARTMENT_BY_OVERRIDE,)

    if incident.chosen_level in rules.ranks and incident.chosen_level is not None:
        level, level_reasons = incident.chosen_level, (Reason.LEVEL_CHOSEN,)
    level, raised = _raised(incident, level, rules)
    if tier is Tier.PATROL and level != rules.ladder.lowest:
        tier, tier_reason = Tier.HANDLING, Reason.TIER_BY_LEVEL
    if ground.departments and department not in ground.departments:
        shortfalls = (*shortfalls, Shortfall.UNKNOWN_DEPARTMENT)

    limit: Limit | None = None
    limit_reasons: tuple[Reason, ...] = ()
    if condition is not None:
        fraction = rules.limit_fraction(matter.code, condition_code, divisions)
        if fraction < 1:
            limit, limit_reasons = condition.limit.shortened_to(fraction), (Reason.LIMIT_SHORTENED,)
        else:
            limit, limit_reasons = condition.limit, (Reason.LIMIT_OF_CONDITION,)
    return Authority(
        tier=tier,
        level=level,
        department=department,
        limit=limit,
        reasons=(tier_reason, *level_reasons, *raised, *department_reasons, *limit_reasons),
        shortfalls=shortfalls,
    )


def _raised(
    incident: IncidentFacts, level: Level, rules: Rules
) -> tuple[Level, tuple[Reason, ...]]:
    raised_to = incident.raised_to
    if raised_to is not None and rules.ranks.get(raised_to, 0) > rules.ranks[level]:
        return raised_to, (Reason.LEVEL_RAISED,)
    return level, ()
