"""What there is one of: the installation itself, and the versions of its rules."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
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
    """A version of the rules, in force from an instant on."""

    __tablename__ = "rules"

    version: Mapped[int] = mapped_column(primary_key=True)
    effective_at: Mapped[datetime] = mapped_column(unique=True)
    body: Mapped[dict[str, Any]]
    reason: Mapped[str]
