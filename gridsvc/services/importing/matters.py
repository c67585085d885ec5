"""Departments, matters, filing conditions and the calendar: up to four tables, told by columns.

Rows whose code is known already bring it up to date; nothing is ever removed, because
past incidents refer to it. A matter is withdrawn by its column `withdrawn_at`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection

from gridsvc.core.department import Department, DepartmentCode
from gridsvc.core.division import SAMPLE_LADDER, Level
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
from gridsvc.services.context import Context
from gridsvc.services.importing.outcome import Outcome, Problem
from gridsvc.services.importing.table import RowReader, Table, read_table, readers
from gridsvc.store import divisions, matters

#: What each kind of table is known by.
KINDS = {
    "conditions": (
        "code",
        "matter_code",
        "name",
        "severity",
        "level",
        "limit_amount",
        "limit_kind",
    ),
    "matters": ("code", "name", "category", "department", "entry_tier", "self_fix"),
    "calendar": ("date", "kind", "year_published"),
    "departments": ("code", "name", "name_en", "assumed"),
}


@dataclass(slots=True)
class Lists:
    """What the tables say, so far."""

    departments: dict[str, Department] = field(default_factory=dict)
    matters: dict[str, Matter] = field(default_factory=dict)
    conditions: dict[str, FilingCondition] = field(default_factory=dict)
    days: dict[date, tuple[str, str]] = field(default_factory=dict)
    years: dict[int, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLists:
    """The codes that are there already."""

    departments: Collection[str]
    matters: Mapping[str, Matter]
    levels: Sequence[str]


def import_matters(ctx: Context, paths: Sequence[Path], *, dry_run: bool = False) -> Outcome:
    """Load files of departments, matters, filing conditions and calendar days together."""
    with ctx.database.begin() as connection:
        outcome = load_matters(connection, paths, dry_run=dry_run)
    if outcome.is_written:
        ctx.ground.forget()
    return outcome


def load_matters(
    connection: Connection, paths: Sequence[Path], *, dry_run: bool = False
) -> Outcome:
    """Check files against each other and the database; write them when all is good."""
    known = KnownLists(
        departments=matters.departments(connection),
        matters=matters.matters(connection),
        levels=divisions.levels(connection) or SAMPLE_LADDER.levels,
    )
    lists, problems = check_lists([read_table(path) for path in paths], known)
    counts = {
        "departments": len(lists.departments),
        "matters": len(lists.matters),
        "conditions": len(lists.conditions),
        "calendar days": len(lists.days),
    }
    if problems or dry_run:
        return Outcome(problems=tuple(problems), counts=counts)
    matters.put_departments(connection, list(lists.departments.values()))
    matters.put_matters(connection, list(lists.matters.values()))
    matters.put_conditions(connection, list(lists.conditions.values()))
    matters.put_calendar(
        connection,
        [(day, kind, name) for day, (kind, name) in lists.days.items()],
        list(lists.years.items()),
    )
    return Outcome(counts=counts, is_written=True)


def check_lists(tables: Iterable[Table], known: KnownLists) -> tuple[Lists, list[Problem]]:
    """Return what the tables say together, and what is wrong with them."""
    lists, problems = Lists(), []
    by_kind: dict[str, list[Table]] = {kind: [] for kind in KINDS}
    for table in tables:
        kind = kind_of(table)
        if kind is None:
            wanted = "; ".join(f"{name}: {', '.join(KINDS[name])}" for name in KINDS)
            problems.append(
                Problem(where=table.name, statement=f"has the columns of none of these: {wanted}")
            )
        else:
            by_kind[kind].append(table)
    # Departments first, because matters refer to them, and conditions to matters.
    takes = {
        "departments": _take_department,
        "matters": _take_matter,
        "conditions": _take_condition,
        "calendar": _take_day,
    }
    for kind, take in takes.items():
        for table in by_kind[kind]:
            for row in readers(table, "date" if kind == "calendar" else "code"):
                take(row, lists, known)
                problems += row.problems
    return lists, problems


def kind_of(table: Table) -> str | None:
    """Return which list a table belongs to, by its columns."""
    return next(
        (kind for kind, columns in KINDS.items() if set(columns) <= set(table.columns)), None
    )


def _take_department(row: RowReader, lists: Lists, _: KnownLists) -> None:
    code, name, assumed = row.text("code"), row.text("name"), row.flag("assumed")
    name_en = row.text("name_en", required=False)
    if code in lists.departments:
        row.wrong(f"department {code} stands in an earlier row")
    lists.departments[code] = Department(
        code=DepartmentCode(code), name=name, name_en=name_en, assumed=assumed
    )


def _take_matter(row: RowReader, lists: Lists, known: KnownLists) -> None:
    code, tier = row.text("code"), row.choice("entry_tier", Tier)
    row.text("department")
    department = row.known("department", {*known.departments, *lists.departments}, "department")
    if code in lists.matters:
        row.wrong(f"matter {code} stands in an earlier row")
    matter = Matter(
        code=MatterCode(code),
        name=row.text("name"),
        name_en=row.text("name_en", required=False),
        category=row.text("category"),
        department=DepartmentCode(department or ""),
        entry_tier=tier or Tier.PATROL,
        self_fix=row.flag("self_fix"),
        sample=row.flag("sample"),
        withdrawn_at=_withdrawn_at(row, known.matters.get(code)),
    )
    lists.matters[code] = matter


def _withdrawn_at(row: RowReader, before: Matter | None) -> datetime | None:
    """A file without the column says nothing about it: what was withdrawn stays so."""
    if not row.has("withdrawn_at"):
        return None if before is None else before.withdrawn_at
    return row.instant("withdrawn_at")


def _take_condition(row: RowReader, lists: Lists, known: KnownLists) -> None:
    code, matter = row.text("code"), row.text("matter_code")
    row.known("matter_code", {*known.matters, *lists.matters}, "matter")
    level = row.text("level")
    if level and level not in known.levels:
        row.wrong(f"level is {level!r}, not one of {', '.join(known.levels)}")
    severity = row.choice("severity", Severity)
    amount = row.number("limit_amount", 0, 10_000)
    kind = row.choice("limit_kind", LimitKind)
    if code in lists.conditions:
        row.wrong(f"condition {code} stands in an earlier row")
    if severity is None or amount is None or kind is None:
        return
    lists.conditions[code] = FilingCondition(
        code=FilingConditionCode(code),
        matter_code=MatterCode(matter),
        name=row.text("name"),
        name_en=row.text("name_en", required=False),
        severity=severity,
        level=Level(level),
        limit=Limit(amount=amount, kind=kind),
        closing_condition=row.text("closing_condition", required=False),
        closing_condition_en=row.text("closing_condition_en", required=False),
        sample=row.flag("sample"),
    )


def _take_day(row: RowReader, lists: Lists, _: KnownLists) -> None:
    written, kind = row.text("date"), row.text("kind")
    published = row.flag("year_published")
    try:
        day = date.fromisoformat(written)
    except ValueError:
        row.wrong(f"date is {written!r}, not a date as 2026-10-01")
        return
    if kind not in ("holiday", "makeup_workday"):
        row.wrong(f"kind is {kind!r}, not one of holiday, makeup_workday")
    if day in lists.days:
        row.wrong(f"{day} stands in an earlier row")
    if lists.years.setdefault(day.year, published) != published:
        row.wrong(f"year {day.year} is published in one row and not in another")
    lists.days[day] = (kind, row.text("name", required=False))
