"""The matters of the tiny city: one for each tier that they enter at."""

from gridsvc.core.department import Department, DepartmentCode
from gridsvc.core.division import Level
from gridsvc.core.duty import Tier
from gridsvc.core.matter import (
    FilingCondition,
    FilingConditionCode,
    Limit,
    LimitKind,
    Matter,
    MatterCode,
    Severity,
)

DEPARTMENTS = [
    Department(code=DepartmentCode("URBAN"), name="城管", name_en="Urban Management"),
    Department(code=DepartmentCode("WORKS"), name="住建", name_en="Housing and Works"),
    Department(code=DepartmentCode("FIRE"), name="消防", name_en="Fire"),
    Department(code=DepartmentCode("POLICE"), name="公安", name_en="Public Security"),
]


def condition(
    matter: str,
    code: str,
    name_en: str,
    limit: tuple[float, LimitKind],
    *,
    level: str = "community",
    severity: Severity = Severity.NORMAL,
) -> FilingCondition:
    """Return a filing condition of a matter."""
    return FilingCondition(
        code=FilingConditionCode(f"{matter}-{code}"),
        matter_code=MatterCode(matter),
        name=name_en,
        name_en=name_en,
        severity=severity,
        level=Level(level),
        limit=Limit(amount=limit[0], kind=limit[1]),
        closing_condition="已恢复",
        closing_condition_en="put right",
        sample=True,
    )


MATTERS = [
    Matter(
        code=MatterCode("RUBBISH"),
        name="暴露垃圾",
        name_en="Exposed rubbish",
        category="市容环境",
        department=DepartmentCode("URBAN"),
        entry_tier=Tier.PATROL,
        self_fix=True,
        conditions=(
            condition("RUBBISH", "1", "A bag", (4, LimitKind.WORK_HOURS), severity=Severity.MINOR),
            condition("RUBBISH", "2", "A heap", (2, LimitKind.WORK_DAYS), level="town"),
        ),
        sample=True,
    ),
    Matter(
        code=MatterCode("MANHOLE"),
        name="井盖破损",
        name_en="Broken manhole cover",
        category="公用设施",
        department=DepartmentCode("URBAN"),
        entry_tier=Tier.HANDLING,
        conditions=(
            condition("MANHOLE", "1", "Noisy", (5, LimitKind.CALENDAR_DAYS), level="town"),
            condition(
                "MANHOLE",
                "2",
                "Open",
                (2, LimitKind.URGENT_HOURS),
                level="town",
                severity=Severity.URGENT,
            ),
        ),
        sample=True,
    ),
    Matter(
        code=MatterCode("ROAD"),
        name="道路塌陷",
        name_en="Road subsidence",
        category="公用设施",
        department=DepartmentCode("WORKS"),
        entry_tier=Tier.HANDLING,
        conditions=(
            condition(
                "ROAD",
                "1",
                "A hole",
                (6, LimitKind.URGENT_HOURS),
                level="city",
                severity=Severity.SERIOUS,
            ),
        ),
        sample=True,
    ),
    Matter(
        code=MatterCode("FIRELANE"),
        name="占用消防通道",
        name_en="Blocked fire lane",
        category="安全生产",
        department=DepartmentCode("FIRE"),
        entry_tier=Tier.ENFORCEMENT,
        conditions=(
            condition("FIRELANE", "1", "Blocked", (8, LimitKind.WORK_HOURS), level="town"),
        ),
        sample=True,
    ),
]
