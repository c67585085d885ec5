"""Officers and posts. Names and telephone numbers stand apart so that they can be erased."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.store.tables.row import Row


class OfficerRow(Row):
    """A person who can be given tasks, known to events and decisions by id only."""

    __tablename__ = "officer"

    officer_id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)


class OfficerPersonRow(Row):
    """The erasable part of an officer."""

    __tablename__ = "officer_person"

    officer_id: Mapped[int] = mapped_column(
        ForeignKey("officer.officer_id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(server_default="")


class PostRow(Row):
    """A duty over one grid or one division, perhaps for one department."""

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("num_nonnulls(grid_id, division_code) = 1", name="one_place"),
        Index("post_grid_id_idx", "grid_id"),
        Index("post_division_code_idx", "division_code"),
    )

    post_id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    duty: Mapped[str]
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.grid_id"))
    division_code: Mapped[str | None] = mapped_column(ForeignKey("division.code"))
    department_code: Mapped[str | None] = mapped_column(ForeignKey("department.code"))
    is_backup: Mapped[bool]
    shift: Mapped[str]
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE())


class PostHolderRow(Row):
    """An officer on a post over a span of time."""

    __tablename__ = "post_holder"
    __table_args__ = (
        ExcludeConstraint(
            ("post_id", "="), ("officer_id", "="), ("valid", "&&"), using="gist", name="held_once"
        ),
        Index("post_holder_officer_id_idx", "officer_id"),
    )

    holding_id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.post_id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.officer_id"))
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE())
    #: In the place of somebody else, for a time.
    stands_in: Mapped[bool] = mapped_column(server_default="false")


class OfficerLeaveRow(Row):
    """That an officer is away for a span of time; why is nobody's business here."""

    __tablename__ = "officer_leave"
    __table_args__ = (
        ExcludeConstraint(("officer_id", "="), ("valid", "&&"), using="gist", name="away_once"),
    )

    leave_id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.officer_id"))
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE())
