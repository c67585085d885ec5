"""Departments, matters, filing conditions and the duty calendar."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.store.tables.row import Row


class DepartmentRow(Row):
    """An office of government that leads matters."""

    __tablename__ = "department"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(server_default="")
    #: True where no source attests that this department takes part.
    assumed: Mapped[bool] = mapped_column(server_default="false")


class MatterRow(Row):
    """A kind of thing that may be reported; exactly one department leads it."""

    __tablename__ = "matter"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(server_default="")
    category: Mapped[str]
    department_code: Mapped[str] = mapped_column(ForeignKey("department.code"))
    entry_tier: Mapped[str]
    self_fix: Mapped[bool]
    sample: Mapped[bool] = mapped_column(server_default="false")
    withdrawn_at: Mapped[datetime | None]


class FilingConditionRow(Row):
    """A case of a matter with its own time limit and closing condition."""

    __tablename__ = "filing_condition"
    __table_args__ = (CheckConstraint("limit_amount > 0", name="limit_positive"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    matter_code: Mapped[str] = mapped_column(ForeignKey("matter.code"), index=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(server_default="")
    severity: Mapped[str]
    level: Mapped[str]
    limit_amount: Mapped[float]
    limit_kind: Mapped[str]
    closing_condition: Mapped[str]
    closing_condition_en: Mapped[str] = mapped_column(server_default="")
    sample: Mapped[bool] = mapped_column(server_default="false")


class CalendarDayRow(Row):
    """A holiday, a make-up workday, or (`published`) that a year's list is complete."""

    __tablename__ = "calendar_day"

    on_date: Mapped[date] = mapped_column(Date(), primary_key=True)
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="")


class CalendarYearRow(Row):
    """A year whose holidays are known; `published` once its make-up workdays are too."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True)
    published: Mapped[bool]
