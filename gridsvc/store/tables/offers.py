"""Offers: work that participants may take up, and need not."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.store.tables.row import Row


class OfferRow(Row):
    """Something that participants over a grid may help with; it never owns the incident.

    What a participant must know of the incident is repeated here, because they see no
    incident of the grid.
    """

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name="taken_by_somebody"),
        Index("offer_incident_id_idx", "incident_id"),
        Index("offer_open_idx", "made_at", postgresql_where=text("ended_at IS NULL")),
    )

    offer_id: Mapped[UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.incident_id"))
    kind: Mapped[str]
    state: Mapped[str]
    grid_id: Mapped[int] = mapped_column(ForeignKey("grid.grid_id"))
    matter_code: Mapped[str] = mapped_column(ForeignKey("matter.code"))
    lon: Mapped[float]
    lat: Mapped[float]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"))
    made_at: Mapped[datetime]
    #: The participant who has it now; who had it before is in the events.
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("officer.officer_id"))
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: Who may see it: the grid's participants, and who sees the incident by its place.
    scope_keys: Mapped[list[str]]
