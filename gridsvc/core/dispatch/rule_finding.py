"""Findings about rules, and the lists of a city that rules are held against."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from gridsvc.core.calendar import Calendar
from gridsvc.core.department import DepartmentCode
from gridsvc.core.division import Division, DivisionCode, Level
from gridsvc.core.duty import Tier
from gridsvc.core.matter import Matter


class FindingKind(StrEnum):
    """What may be wrong with rules."""

    UNKNOWN_MATTER = "unknown_matter"
    UNKNOWN_CONDITION = "unknown_condition"
    UNKNOWN_DIVISION = "unknown_division"
    UNKNOWN_DEPARTMENT = "unknown_department"
    UNKNOWN_LEVEL = "unknown_level"  # of a condition, or one at which the city has no division
    #: the condition named belongs to another matter than the one named
    CONDITION_OF_OTHER_MATTER = "condition_of_other_matter"
    #: for each of its cases another rule is more precise, or stricter
    UNREACHABLE = "unreachable"
    #: the condition may not be solved so low
    BELOW_CONDITION_LEVEL = "below_condition_level"
    #: patrol has no authority at the level that the case asks for
    PATROL_ABOVE_LOWEST = "patrol_above_lowest"
    #: no post of the tier, level and department is there to take the case
    NO_POST = "no_post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, with the rule or the case it is about."""

    kind: FindingKind
    #: where in the rules: "overrides/0", "limit_reductions/2"; None where a case is meant
    rule: str | None = None
    matter: str | None = None
    condition: str | None = None
    tier: Tier | None = None
    level: str | None = None
    department: str | None = None
    #: the communities it is about, by code; empty where it is about all or none
    divisions: tuple[str, ...] = ()
    #: whether the rules in force have it as well: then it is no reason to keep to them
    is_old: bool = False

    @property
    def is_blocking(self) -> bool:
        """Whether the rules may not be opened with it; what only people can mend is no bar."""
        return not (self.is_old and self.kind in (FindingKind.NO_POST, FindingKind.UNKNOWN_LEVEL))

    def is_within(self, other: "Finding") -> bool:
        """Tell whether another finding says this one too, of the same or more communities."""
        same = replace(self, divisions=(), is_old=False) == replace(
            other, divisions=(), is_old=False
        )
        return same and set(self.divisions) <= set(other.divisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """That there are posts of a tier and department over a division, staffed or not."""

    tier: Tier
    department: DepartmentCode | None
    #: of the division; None for posts over single grids of it
    level: Level | None
    division: DivisionCode


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """The lists that rules are held against."""

    matters: Mapping[str, Matter]
    departments: Collection[DepartmentCode]
    #: the divisions over each community, lowest first, the home city last
    paths: tuple[tuple[Division, ...], ...]
    covers: Collection[Cover]
    calendar: Calendar

    @property
    def division_codes(self) -> set[DivisionCode]:
        """Every division of the home city."""
        return {division.code for path in self.paths for division in path}

    @property
    def levels(self) -> set[Level]:
        """The levels at which there is a division."""
        return {division.level for path in self.paths for division in path}
