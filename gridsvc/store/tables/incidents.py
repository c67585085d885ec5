"""Incidents, the decisions made about them, and the actions taken on them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Sequence,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.store.tables.row import Row

#: Gives incidents the part of their number that follows the date.
incident_number_seq = Sequence("incident_number_seq", metadata=Row.metadata)

#: Kept in step with core.incident.State by a test.
OPEN = text("state NOT IN ('closed', 'voided')")


class IncidentRow(Row):
    """The thing that must be dealt with, as it stands now."""

    __tablename__ = "incident"
    __table_args__ = (
        Index("incident_place_idx", "place", postgresql_using="gist", postgresql_where=OPEN),
        Index("incident_open_idx", "town_code", "due_at", postgresql_where=OPEN),
        Index("incident_received_at_idx", "received_at", "incident_id"),
        Index("incident_owner_grid_id_idx", "owner_grid_id"),
        Index(
            "incident_closed_at_idx", "closed_at", postgresql_where=text("closed_at IS NOT NULL")
        ),
        Index(
            "incident_forget_at_idx",
            "forget_at",
            postgresql_where=text("forget_at IS NOT NULL"),
        ),
        Index(
            "incident_joined_into_idx",
            "joined_into",
            postgresql_where=text("joined_into IS NOT NULL"),
        ),
    )

    incident_id: Mapped[UUID] = mapped_column(primary_key=True)
    #: What people say aloud: the local date received, then a sequence.
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    #: Grows by one with each step; an action on another version is refused.
    version: Mapped[int]
    #: The last `seq` given to an event of this incident.
    event_seq: Mapped[int]
    source: Mapped[str]
    matter_code: Mapped[str] = mapped_column(ForeignKey("matter.code"))
    condition_code: Mapped[str | None] = mapped_column(ForeignKey("filing_condition.code"))
    department_code: Mapped[str | None] = mapped_column(ForeignKey("department.code"))
    tier: Mapped[str]
    level: Mapped[str]
    place: Mapped[WKBElement] = mapped_column(Geometry("POINT", srid=4490, spatial_index=False))
    match: Mapped[str]
    #: The grid of record: of the generation in force when it was observed.
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.grid_id"))
    grid_generation: Mapped[int]
    #: The grid whose posts answer: of the generation in force when it was received.
    owner_grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.grid_id"))
    owner_generation: Mapped[int]
    community_code: Mapped[str | None] = mapped_column(ForeignKey("division.code"))
    town_code: Mapped[str | None] = mapped_column(ForeignKey("division.code"))
    city_code: Mapped[str] = mapped_column(ForeignKey("division.code"))
    observed_at: Mapped[datetime]
    received_at: Mapped[datetime]
    warn_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    #: What the officer found who went to see a public report.
    verification: Mapped[str | None]
    #: The officer who reported it; null for the public.
    reporter_officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.officer_id"))
    #: The post whose work it is now, while a re-check runs too.
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.post_id"))
    #: Everybody who has solved it, or said so; none of them may re-check it.
    solvers: Mapped[list[int]]
    rework_count: Mapped[int] = mapped_column(server_default="0")
    return_count: Mapped[int] = mapped_column(server_default="0")
    is_joint: Mapped[bool] = mapped_column(server_default="false")
    #: What has been asked for and not answered yet: an extension, a suspension, an appeal.
    request: Mapped[str | None]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("officer.officer_id"))
    asked_at: Mapped[datetime | None]
    asked_until: Mapped[datetime | None]
    #: Who has agreed to an appeal so far.
    granted_by: Mapped[list[int]] = mapped_column(server_default="{}")
    extension_count: Mapped[int] = mapped_column(server_default="0")
    suspended_until: Mapped[datetime | None]
    suspension_count: Mapped[int] = mapped_column(server_default="0")
    #: The level that demands, and by when.
    supervised_by: Mapped[str | None]
    supervised_until: Mapped[datetime | None]
    is_force_closed: Mapped[bool] = mapped_column(server_default="false")
    has_appealed: Mapped[bool] = mapped_column(server_default="false")
    #: When its being late was taken out of the statistic; `breached_at` stays.
    exempted_at: Mapped[datetime | None]
    #: What the reporter said after closing.
    satisfaction: Mapped[str | None]
    reopen_count: Mapped[int] = mapped_column(server_default="0")
    #: The main incident, while this one counts as the same; never one that is joined itself.
    joined_into: Mapped[UUID | None] = mapped_column(ForeignKey("incident.incident_id"))
    #: The level that a person chose for it; while it holds, it goes before the engine's own.
    chosen_level: Mapped[str | None]
    #: The level that was in command when it was last said to be solved.
    solved_level: Mapped[str | None]
    #: When something of it is kept no longer; null while it is open, and when all that goes
    #: has gone.
    forget_at: Mapped[datetime | None]
    #: Who may see it: row-level security compares these with the reader's scope.
    scope_keys: Mapped[list[str]]


class JoiningRow(Row):
    """That a person took an incident for the same as another, until somebody unjoins it."""

    __tablename__ = "joining"
    __table_args__ = (
        CheckConstraint("incident_id <> into_id", name="two_incidents"),
        Index(
            "joining_one_open_idx",
            "incident_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
        Index("joining_into_id_idx", "into_id", postgresql_where=text("left_at IS NULL")),
    )

    joining_id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.incident_id"))
    #: The one that was named; which the main one is then, is in `incident.joined_into`.
    into_id: Mapped[UUID] = mapped_column(ForeignKey("incident.incident_id"))
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class DecisionRow(Row):
    """What the engine answered and why; stored, never edited."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("incident_id", "seq"),)

    decision_id: Mapped[UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.incident_id"))
    seq: Mapped[int]
    purpose: Mapped[str]
    made_at: Mapped[datetime]
    rules_version: Mapped[int]
    generation: Mapped[int]
    answer: Mapped[dict[str, Any]]
    world_digest: Mapped[str]


class ActionRow(Row):
    """One step taken by a person; the client made the id, so a retry is the same success."""

    __tablename__ = "action"

    action_id: Mapped[UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.incident_id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"))
    step: Mapped[str]
    at: Mapped[datetime]
    content_digest: Mapped[bytes] = mapped_column(LargeBinary())


class ActionTextRow(Row):
    """The erasable part of an action."""

    __tablename__ = "action_text"

    action_id: Mapped[UUID] = mapped_column(
        ForeignKey("action.action_id", ondelete="CASCADE"), primary_key=True
    )
    note: Mapped[str]


class TransitionRow(Row):
    """A change of state that the life-cycle allows; a trigger refuses every other."""

    __tablename__ = "transition"

    from_state: Mapped[str] = mapped_column(primary_key=True)
    to_state: Mapped[str] = mapped_column(primary_key=True)
