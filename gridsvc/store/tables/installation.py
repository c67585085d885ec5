"""What there is one of: the installation itself, and the versions of its rules."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.store.tables.row import Row


class InstallationRow(Row):
    """The one row that says which city this is, and whether its clock may be bent."""

    __tablename__ = "installation"
    __table_args__ = (
        CheckConstraint("installation_id = 1", name="only_one"),
        CheckConstraint(
            "is_demo OR (clock_rate = 1 AND clock_at = clock_from)", name="true_time_unless_demo"
        ),
    )

    installation_id: Mapped[int] = mapped_column(primary_key=True, server_default="1")
    home_city: Mapped[str] = mapped_column(ForeignKey("division.code"))
    is_demo: Mapped[bool] = mapped_column(server_default="false")
    #: Business time was `clock_at` when the machine's time was `clock_from`.
    clock_from: Mapped[datetime]
    clock_at: Mapped[datetime]
    clock_rate: Mapped[float]


class RulesRow(Row):
    """A version of the rules; once opened it is in force from an instant on and never changed.

    People stand in it as `o{officer_id}` or, who is none, as `a{account_id}`.
    """

    __tablename__ = "rules"
    __table_args__ = (
        CheckConstraint("state <> 'opened' OR effective_at IS NOT NULL", name="opened_from"),
        CheckConstraint("state <> 'opened' OR opened_by <> proposed_by", name="four_eyes"),
        Index(
            "rules_opened_from_idx",
            "effective_at",
            unique=True,
            postgresql_where=text("state = 'opened'"),
        ),
    )

    version: Mapped[int] = mapped_column(primary_key=True)
    effective_at: Mapped[datetime | None]
    body: Mapped[dict[str, Any]]
    reason: Mapped[str]
    #: draft, proposed, opened or withdrawn.
    state: Mapped[str] = mapped_column(server_default="opened")
    revision: Mapped[int] = mapped_column(server_default="1")
    drafted_by: Mapped[str | None]
    proposed_by: Mapped[str | None]
    opened_by: Mapped[str | None]
    changed_at: Mapped[datetime | None]
