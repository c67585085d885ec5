"""Rules 规则: one versioned, effective-dated value that says how incidents are routed and timed.

A rule may shorten a limit, never lengthen it. Ties are broken in the policy and
cannot be arbitrary. The dictionary form is in `rules_form`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import MappingProxyType

from gridsvc.core.calendar import SHANGHAI
from gridsvc.core.department import DepartmentCode
from gridsvc.core.division import SAMPLE_LADDER, DivisionCode, Ladder, Level
from gridsvc.core.duty import Tier
from gridsvc.core.instant import check_aware
from gridsvc.core.matter import (
    FilingConditionCode,
    Limit,
    LimitKind,
    MatterCode,
    Severity,
)

#: the usual time of the municipal systems for 核实 and 核查
HALF_AN_HOUR = Limit(amount=0.5, kind=LimitKind.URGENT_HOURS)


class InvalidRules(ValueError):
    """Rules that cannot be opened; the message names what is wrong."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a rule is about; None means any."""

    matter: MatterCode | None = None
    condition: FilingConditionCode | None = None
    division: DivisionCode | None = None

    @property
    def is_everything(self) -> bool:
        """Whether the scope names nothing."""
        return self.matter is None and self.condition is None and self.division is None

    def covers(
        self,
        matter: MatterCode,
        condition: FilingConditionCode | None,
        divisions: tuple[DivisionCode, ...],
    ) -> bool:
        """Tell whether a case of a matter, in a place under some divisions, is meant."""
        return (
            (self.matter is None or self.matter == matter)
            and (self.condition is None or self.condition == condition)
            and (self.division is None or self.division in divisions)
        )

    def precision(self, divisions: tuple[DivisionCode, ...]) -> tuple[bool, bool, int]:
        """Order scopes that cover the same case: the condition, then the matter, then the place.

        `divisions` is lowest first; a smaller division is more precise.
        """
        depth = 0 if self.division is None else len(divisions) - divisions.index(self.division)
        return (self.condition is not None, self.matter is not None, depth)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Another tier, level or department for some scope; None leaves what was found."""

    scope: Scope
    tier: Tier | None = None
    level: Level | None = None
    department: DepartmentCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitReduction:
    """A part of the condition's limit that must suffice in some scope."""

    scope: Scope
    fraction: float


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How incidents are routed and timed, from an instant on."""

    version: int
    effective_at: datetime
    ladder: Ladder = SAMPLE_LADDER
    #: minutes to acknowledge, by tier and level of command
    acknowledge_minutes: Mapping[Tier, Mapping[Level, float]]
    verify_limit: Limit = HALF_AN_HOUR
    recheck_limit: Limit = HALF_AN_HOUR
    #: the part of a limit after which a warning goes out
    warn_fraction: float = 0.8
    #: how many candidates of a level may let the acknowledge clock run out
    candidates_per_level: int = 2
    self_fix_recheck_share: float = 0.05
    #: half-width in metres of the strip along a city line where joint work is offered
    border_zone_m: float = 500.0
    #: how near in place and time two reports of one matter may be the same thing
    duplicate_m: float = 50.0
    duplicate_hours: float = 24.0
    #: the least tier and level that a severity asks for
    tier_by_severity: Mapping[Severity, Tier] = field(default_factory=dict)
    level_by_severity: Mapping[Severity, Level] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    limit_reductions: tuple[LimitReduction, ...] = ()

    def __post_init__(self) -> None:
        check_aware(effective_at=self.effective_at)
        for name in ("tier_by_severity", "level_by_severity"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        minutes = {
            tier: MappingProxyType(dict(by_level))
            for tier, by_level in self.acknowledge_minutes.items()
        }
        object.__setattr__(self, "acknowledge_minutes", MappingProxyType(minutes))
        if problems := find_rule_problems(self):
            raise InvalidRules(*problems)

    @cached_property
    def ranks(self) -> dict[Level | None, int]:
        """The rank of each level; None, a grid, counts as the lowest."""
        return {None: 0, **{level: rank for rank, level in enumerate(self.ladder.levels)}}

    def acknowledge_limit(self, tier: Tier, level: Level) -> Limit:
        """Return the time a post has to say that it has seen a task."""
        return self._acknowledge_limits[tier, level]

    @cached_property
    def _acknowledge_limits(self) -> dict[tuple[Tier, Level], Limit]:
        return {
            (tier, level): Limit(amount=minutes / 60, kind=LimitKind.URGENT_HOURS)
            for tier, by_level in self.acknowledge_minutes.items()
            for level, minutes in by_level.items()
        }

    def override_for(
        self,
        matter: MatterCode,
        condition: FilingConditionCode | None,
        divisions: tuple[DivisionCode, ...],
    ) -> Override | None:
        """Return the most precise override for a case; divisions are lowest first."""
        return max(
            (o for o in self.overrides if o.scope.covers(matter, condition, divisions)),
            key=lambda o: o.scope.precision(divisions),
            default=None,
        )

    def limit_fraction(
        self,
        matter: MatterCode,
        condition: FilingConditionCode | None,
        divisions: tuple[DivisionCode, ...],
    ) -> float:
        """Return the part of the limit left by the strictest reduction; 1 without any."""
        return min(
            (
                r.fraction
                for r in self.limit_reductions
                if r.scope.covers(matter, condition, divisions)
            ),
            default=1.0,
        )


def find_rule_problems(rules: Rules) -> list[str]:
    """List what keeps rules from being opened, in words."""
    problems = []
    levels = set(rules.ladder.levels)
    for tier in Tier:
        missing = levels - set(rules.acknowledge_minutes.get(tier, {}))
        if missing:
            problems.append(f"no acknowledge minutes for {tier} at {', '.join(sorted(missing))}")
    for tier, by_level in rules.acknowledge_minutes.items():
        problems += [
            f"acknowledge minutes for {tier} at {level} must be more than 0 and at most 10080"
            for level, minutes in by_level.items()
            if not 0 < minutes <= 10_080
        ]
    if not 0 < rules.warn_fraction < 1:
        problems.append(f"warn_fraction must lie between 0 and 1, not {rules.warn_fraction}")
    if not 0 <= rules.self_fix_recheck_share <= 1:
        problems.append("self_fix_recheck_share must lie in 0 … 1")
    if rules.candidates_per_level < 1:
        problems.append("candidates_per_level must be at least 1")
    if not 0 <= rules.border_zone_m < float("inf"):
        problems.append("border_zone_m must not be negative")
    if not 0 <= rules.duplicate_m <= 1_000:
        problems.append("duplicate_m must lie in 0 … 1000")
    if not 0 <= rules.duplicate_hours <= 720:
        problems.append("duplicate_hours must lie in 0 … 720")
    named = [
        *(level for by_level in rules.acknowledge_minutes.values() for level in by_level),
        *rules.level_by_severity.values(),
        *(o.level for o in rules.overrides if o.level is not None),
    ]
    problems += [f"{level} is no level of the ladder" for level in sorted(set(named) - levels)]
    problems += _scope_problems("override", [o.scope for o in rules.overrides])
    problems += _scope_problems("limit reduction", [r.scope for r in rules.limit_reductions])
    for override in rules.overrides:
        if override.tier is None and override.level is None and override.department is None:
            problems.append(f"the override for {override.scope} changes nothing")
        if (
            override.tier is Tier.PATROL
            and override.level is not None
            and override.level != rules.ladder.lowest
        ):
            problems.append(f"the override for {override.scope} gives patrol work to a high level")
    problems += [
        f"a limit is only ever shortened: fraction {r.fraction} for {r.scope}"
        for r in rules.limit_reductions
        if not 0 < r.fraction <= 1
    ]
    return problems


def _scope_problems(what: str, scopes: list[Scope]) -> list[str]:
    """Two rules for the same scope would contradict; one for everything belongs elsewhere."""
    problems = [f"an {what} for everything" for scope in scopes if scope.is_everything]
    seen = set()
    for scope in scopes:
        if scope in seen:
            problems.append(f"two {what}s for {scope}")
        seen.add(scope)
    return problems


#: what the sample city starts with
SAMPLE_RULES = Rules(
    version=1,
    effective_at=datetime(2026, 1, 1, tzinfo=SHANGHAI),
    acknowledge_minutes={
        tier: dict(zip(SAMPLE_LADDER.levels, (30, 30, 60), strict=True)) for tier in Tier
    },
    tier_by_severity={Severity.SERIOUS: Tier.HANDLING, Severity.URGENT: Tier.HANDLING},
)
