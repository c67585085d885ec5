"""Events: audit log, outbox and live feed in one append-only table."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from gridsvc.store.tables.row import Row


class Xid8(UserDefinedType[int]):
    """A 64-bit transaction id of PostgreSQL."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the column's type in DDL."""
        return "xid8"


# Otherwise a comparison of the tables with the database warns about a type it does not know.
ischema_names["xid8"] = Xid8


class EventRow(Row):
    """One appended fact; it holds ids and codes, never names or free text."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("subject", "subject_id", "seq"),
        Index("event_xid_idx", "xid"),
        Index("event_level_idx", "at", postgresql_where=text("kind = 'level_chosen'")),
        Index("event_gap_idx", "at", postgresql_where=text("kind = 'coverage_gap'")),
    )

    event_id: Mapped[int] = mapped_column(primary_key=True)
    #: The writing transaction, by which the outbox tail knows what it has not seen yet.
    xid: Mapped[int] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))
    subject: Mapped[str]
    subject_id: Mapped[str]
    seq: Mapped[int]
    kind: Mapped[str]
    at: Mapped[datetime]
    account_id: Mapped[UUID | None]
    body: Mapped[dict[str, Any]]
    scope_keys: Mapped[list[str]]
