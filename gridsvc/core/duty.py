"""Duties and tiers 三级力量: what a post is for, and in which tier its holder acts."""

from enum import StrEnum


class Tier(StrEnum):
    """巡查, 处置, 执法. Later tiers have more authority."""

    PATROL = "patrol"
    HANDLING = "handling"
    ENFORCEMENT = "enforcement"

    @property
    def rank(self) -> int:
        """0 for patrol, 2 for enforcement."""
        return _TIER_RANK[self]


_TIER_RANK = {tier: rank for rank, tier in enumerate(Tier)}


class Duty(StrEnum):
    """What a post is for."""

    GRID_MANAGER = "grid_manager"  # 网格管理员
    GRID_ASSISTANT = "grid_assistant"  # 网格协管员
    HANDLER = "handler"  # 处置人员
    GRID_POLICE = "grid_police"  # 网格警务员
    ENFORCEMENT_OFFICER = "enforcement_officer"  # 执法人员
    GRID_SUPERVISOR = "grid_supervisor"  # 网格督导员
    DISPATCHER = "dispatcher"  # 调度员
    LIAISON = "liaison"  # 联络员
    PARTICIPANT = "participant"  # 网格参与员: 党员, 社工, 志愿者, residents
    PLANNER = "planner"
    OPERATOR = "operator"
    ANALYST = "analyst"

    @property
    def tier(self) -> Tier | None:
        """The tier in which a holder is given tasks; None for duties that watch, plan or run."""
        return TIER_OF_DUTY.get(self)

    @property
    def is_paid(self) -> bool:
        """Only paid duties receive mandatory tasks; participants choose theirs (M4)."""
        return self not in UNPAID_DUTIES


TIER_OF_DUTY = {
    Duty.GRID_MANAGER: Tier.PATROL,
    Duty.GRID_ASSISTANT: Tier.PATROL,
    Duty.PARTICIPANT: Tier.PATROL,
    Duty.HANDLER: Tier.HANDLING,
    Duty.GRID_POLICE: Tier.ENFORCEMENT,
    Duty.ENFORCEMENT_OFFICER: Tier.ENFORCEMENT,
}
#: the other way round; tuples, because comparing a few members is faster than hashing one
DUTIES_OF_TIER = {
    tier: tuple(duty for duty in Duty if TIER_OF_DUTY.get(duty) is tier) for tier in Tier
}
UNPAID_DUTIES = frozenset({Duty.PARTICIPANT})
