"""Matters 入格事项 and their filing conditions 立案条件.

A limit belongs to the condition, not to the matter: a loose manhole cover is made
safe in two hours, a noisy one is mended in two days. Matters are data; the city of
2017 admitted 83, that of 2023 392.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from gridsvc.core.department import DepartmentCode
from gridsvc.core.division import Level
from gridsvc.core.duty import Tier

MatterCode = NewType("MatterCode", str)
FilingConditionCode = NewType("FilingConditionCode", str)


class Severity(StrEnum):
    """How bad a case of a matter is."""

    MINOR = "minor"
    NORMAL = "normal"
    SERIOUS = "serious"
    URGENT = "urgent"


class LimitKind(StrEnum):
    """In what time a limit is counted."""

    URGENT_HOURS = "urgent_hours"  # 紧急工作时: every hour, nights and holidays too
    WORK_HOURS = "work_hours"  # 工作时: office hours only
    WORK_DAYS = "work_days"  # 工作日: days without weekends and holidays
    CALENDAR_DAYS = "calendar_days"  # 自然日


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A time allowed, e.g. two urgent hours or five workdays; parts of a unit are allowed."""

    amount: float
    kind: LimitKind

    def __post_init__(self) -> None:
        # bounded so that no arithmetic on it can leave the calendar
        if not 0 < self.amount <= 10_000:
            raise ValueError(f"a limit is more than 0 and at most 10000, not {self.amount}")

    def shortened_to(self, fraction: float) -> "Limit":
        """Return the part of this limit, 0 < fraction <= 1; a limit is never lengthened."""
        if not 0 < fraction <= 1:
            raise ValueError(f"a limit is only ever shortened, not taken times {fraction}")
        return Limit(amount=self.amount * fraction, kind=self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingCondition:
    """A case of a matter with its own limit, level and closing condition."""

    code: FilingConditionCode
    matter_code: MatterCode
    name: str
    name_en: str = ""
    severity: Severity = Severity.NORMAL
    #: the lowest level that may solve it
    level: Level
    limit: Limit
    closing_condition: str = ""
    closing_condition_en: str = ""
    needs_after_photo: bool = True
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A kind of thing that may be reported or inspected; it has exactly one lead department."""

    code: MatterCode
    name: str
    name_en: str = ""
    category: str = ""
    department: DepartmentCode
    #: the tier that may solve it as a rule; a condition's severity may ask for a later one
    entry_tier: Tier
    #: whether an inspector may put it right on the spot 自行处置
    self_fix: bool = False
    conditions: tuple[FilingCondition, ...] = ()
    sample: bool = False
    #: from when on nothing is reported under it; what was reported before goes its way
    withdrawn_at: datetime | None = None

    def is_admitted(self, at: datetime) -> bool:
        """Tell whether something seen at an instant may be reported under it."""
        return self.withdrawn_at is None or at < self.withdrawn_at
