"""Tasks, dispatchers' queues and running clocks: what keeps an incident owned."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.store.tables.row import Row


class TaskRow(Row):
    """Work given to one post."""

    __tablename__ = "task"
    __table_args__ = (
        Index("task_incident_id_idx", "incident_id"),
        Index(
            "task_open_incident_idx", "incident_id", postgresql_where=text("finished_at IS NULL")
        ),
        Index("task_open_officer_idx", "officer_id", postgresql_where=text("finished_at IS NULL")),
        # With the minutes, because intake adds them up for every post around a report.
        Index(
            "task_open_post_idx",
            "post_id",
            postgresql_include=["minutes"],
            postgresql_where=text("finished_at IS NULL"),
        ),
    )

    task_id: Mapped[UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.incident_id"))
    kind: Mapped[str]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.post_id"))
    #: The holder it was given to; another holder of the post may take it up.
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.officer_id"))
    state: Mapped[str]
    created_at: Mapped[datetime]
    acknowledge_by: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.decision_id"))
    #: What the task is expected to cost, for the load of its post.
    minutes: Mapped[int]


class QueueEntryRow(Row):
    """An incident standing in the queue of a division's dispatcher, and why."""

    __tablename__ = "queue_entry"
    __table_args__ = (
        Index(
            "queue_entry_one_open_idx",
            "incident_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
        Index("queue_entry_open_idx", "division_code", postgresql_where=text("left_at IS NULL")),
    )

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.incident_id"))
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"))
    reason: Mapped[str]
    since: Mapped[datetime]
    left_at: Mapped[datetime | None]


class StageClockRow(Row):
    """A deadline as a row; the sweep takes those whose `next_at` has come."""

    __tablename__ = "stage_clock"
    __table_args__ = (
        Index("stage_clock_next_at_idx", "next_at", postgresql_where=text("stopped_at IS NULL")),
        Index(
            "stage_clock_incident_id_idx",
            "incident_id",
            postgresql_where=text("stopped_at IS NULL"),
        ),
    )

    clock_id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.incident_id"))
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("task.task_id"))
    stage: Mapped[str]
    starts_at: Mapped[datetime]
    #: What was allowed at the start; null in clocks from before it was kept.
    limit_amount: Mapped[float | None]
    limit_kind: Mapped[str | None]
    warn_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    #: The next instant at which something must happen; null when nothing more will.
    next_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    #: Since when it stands still; `next_at` is then the end of the pause.
    paused_at: Mapped[datetime | None]


class ClockChangeRow(Row):
    """What was done to a clock after its start; appended, so that anybody can count again."""

    __tablename__ = "clock_change"
    __table_args__ = (UniqueConstraint("clock_id", "seq"),)

    change_id: Mapped[int] = mapped_column(primary_key=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("stage_clock.clock_id"))
    #: Whose clock it is, for row-level security.
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.incident_id"))
    seq: Mapped[int]
    deed: Mapped[str]
    #: From when on it counts; the end of a pause, however late somebody noticed it.
    at: Mapped[datetime]
    until: Mapped[datetime | None]
    limit_amount: Mapped[float | None]
    limit_kind: Mapped[str | None]
    written_at: Mapped[datetime]
