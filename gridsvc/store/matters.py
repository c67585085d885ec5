"""Departments, matters with their filing conditions, and the duty calendar."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from gridsvc.core.calendar import Calendar, calendar_of
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
from gridsvc.store.tables.matters import (
    CalendarDayRow,
    CalendarYearRow,
    DepartmentRow,
    FilingConditionRow,
    MatterRow,
)
from gridsvc.store.tables.row import Row


def departments(connection: Connection) -> dict[str, Department]:
    """Return every department by its code, in that order."""
    rows = connection.execute(
        select(
            DepartmentRow.code, DepartmentRow.name, DepartmentRow.name_en, DepartmentRow.assumed
        ).order_by(DepartmentRow.code)
    )
    return {row.code: Department(**row._mapping) for row in rows}


def conditions(connection: Connection) -> dict[str, FilingCondition]:
    """Return every filing condition by its code, in that order."""
    rows = connection.execute(
        select(*FilingConditionRow.__table__.columns).order_by(FilingConditionRow.code)
    )
    return {
        row.code: FilingCondition(
            code=FilingConditionCode(row.code),
            matter_code=MatterCode(row.matter_code),
            name=row.name,
            name_en=row.name_en,
            severity=Severity(row.severity),
            level=Level(row.level),
            limit=Limit(amount=row.limit_amount, kind=LimitKind(row.limit_kind)),
            closing_condition=row.closing_condition,
            closing_condition_en=row.closing_condition_en,
            sample=row.sample,
        )
        for row in rows
    }


def matters(connection: Connection) -> dict[str, Matter]:
    """Return every matter with its conditions by its code, in that order."""
    of_matter: dict[str, list[FilingCondition]] = defaultdict(list)
    for condition in conditions(connection).values():
        of_matter[condition.matter_code].append(condition)
    rows = connection.execute(select(*MatterRow.__table__.columns).order_by(MatterRow.code))
    return {
        row.code: Matter(
            code=MatterCode(row.code),
            name=row.name,
            name_en=row.name_en,
            category=row.category,
            department=DepartmentCode(row.department_code),
            entry_tier=Tier(row.entry_tier),
            self_fix=row.self_fix,
            conditions=tuple(of_matter[row.code]),
            sample=row.sample,
            withdrawn_at=row.withdrawn_at,
        )
        for row in rows
    }


def calendar(connection: Connection) -> Calendar:
    """Return the duty calendar."""
    days = connection.execute(select(CalendarDayRow.on_date, CalendarDayRow.kind))
    years = connection.execute(select(CalendarYearRow.year).where(CalendarYearRow.published))
    return calendar_of([(day, kind) for day, kind in days], years.scalars())


def put_departments(connection: Connection, values: Sequence[Department]) -> None:
    """Add departments; those that are there are brought up to date."""
    _put(
        connection,
        DepartmentRow,
        "code",
        [
            {"code": d.code, "name": d.name, "name_en": d.name_en, "assumed": d.assumed}
            for d in values
        ],
    )


def put_matters(connection: Connection, values: Sequence[Matter]) -> None:
    """Add matters with their conditions; those that are there are brought up to date."""
    _put(
        connection,
        MatterRow,
        "code",
        [
            {
                "code": m.code,
                "name": m.name,
                "name_en": m.name_en,
                "category": m.category,
                "department_code": m.department,
                "entry_tier": m.entry_tier,
                "self_fix": m.self_fix,
                "sample": m.sample,
                "withdrawn_at": m.withdrawn_at,
            }
            for m in values
        ],
    )
    put_conditions(connection, [condition for m in values for condition in m.conditions])


def put_conditions(connection: Connection, values: Sequence[FilingCondition]) -> None:
    """Add filing conditions; those that are there are brought up to date."""
    _put(
        connection,
        FilingConditionRow,
        "code",
        [
            {
                "code": c.code,
                "matter_code": c.matter_code,
                "name": c.name,
                "name_en": c.name_en,
                "severity": c.severity,
                "level": c.level,
                "limit_amount": c.limit.amount,
                "limit_kind": c.limit.kind,
                "closing_condition": c.closing_condition,
                "closing_condition_en": c.closing_condition_en,
                "sample": c.sample,
            }
            for c in values
        ],
    )


def put_calendar(
    connection: Connection,
    days: Sequence[tuple[date, str, str]],
    years: Sequence[tuple[int, bool]],
) -> None:
    """Add days (date, kind, name) and years (year, make-up workdays published)."""
    _put(
        connection,
        CalendarDayRow,
        "on_date",
        [{"on_date": day, "kind": kind, "name": name} for day, kind, name in days],
    )
    _put(
        connection,
        CalendarYearRow,
        "year",
        [{"year": year, "published": published} for year, published in years],
    )


def _put(connection: Connection, row: type[Row], key: str, values: list[dict[str, Any]]) -> None:
    if not values:
        return
    statement = insert(row).values(values)
    changed = {name: statement.excluded[name] for name in values[0] if name != key}
    connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=changed))
