"""Tasks, places in queues and running clocks of incidents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, update

from gridsvc.core.dispatch.reason import QueueReason
from gridsvc.core.division import DivisionCode
from gridsvc.core.matter import Limit
from gridsvc.core.officer import OfficerId
from gridsvc.core.post import PostId
from gridsvc.core.task import Task, TaskId, TaskKind, TaskState
from gridsvc.store.row_sets import RowSet
from gridsvc.store.tables.tasks import QueueEntryRow, StageClockRow, TaskRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """A task to be stored, with the decision that gave it."""

    task: Task
    decision_id: UUID
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQueueEntry:
    """An incident's place in a dispatcher's queue."""

    incident_id: UUID
    division_code: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClock:
    """A clock to be stored; it strikes first at its warning."""

    incident_id: UUID
    task_id: UUID | None
    stage: str
    starts_at: datetime
    limit: Limit
    warn_at: datetime
    due_at: datetime


def task_rows(new: Sequence[NewTask]) -> RowSet:
    """Return the rows of new tasks."""
    return RowSet(
        TaskRow,
        [
            {
                "task_id": one.task.task_id,
                "incident_id": one.task.incident_id,
                "kind": one.task.kind.value,
                "post_id": one.task.post_id,
                "officer_id": one.task.officer_id,
                "state": one.task.state.value,
                "created_at": one.task.created_at,
                "acknowledge_by": one.task.acknowledge_by,
                "due_at": one.task.due_at,
                "decision_id": one.decision_id,
                "minutes": one.minutes,
            }
            for one in new
        ],
    )


def queue_entry_rows(new: Sequence[NewQueueEntry]) -> RowSet:
    """Return the rows of places in queues."""
    return RowSet(
        QueueEntryRow,
        [
            {
                "incident_id": one.incident_id,
                "division_code": one.division_code,
                "reason": one.reason,
                "since": one.since,
            }
            for one in new
        ],
    )


def clock_rows(new: Sequence[NewClock]) -> RowSet:
    """Return the rows of running clocks."""
    return RowSet(
        StageClockRow,
        [
            {
                "incident_id": one.incident_id,
                "task_id": one.task_id,
                "stage": one.stage,
                "starts_at": one.starts_at,
                "limit_amount": one.limit.amount,
                "limit_kind": one.limit.kind.value,
                "warn_at": one.warn_at,
                "due_at": one.due_at,
                "next_at": one.warn_at,
            }
            for one in new
        ],
    )


def open_tasks_of(connection: Connection, incident_id: UUID) -> tuple[Task, ...]:
    """Return the tasks of an incident that somebody is still expected to do."""
    rows = connection.execute(
        select(TaskRow.__table__)
        .where(TaskRow.incident_id == incident_id, TaskRow.finished_at.is_(None))
        .order_by(TaskRow.created_at, TaskRow.task_id)
    )
    return tuple(
        Task(
            task_id=TaskId(row.task_id),
            kind=TaskKind(row.kind),
            incident_id=row.incident_id,
            post_id=PostId(row.post_id),
            officer_id=None if row.officer_id is None else OfficerId(row.officer_id),
            state=TaskState(row.state),
            created_at=row.created_at,
            acknowledge_by=row.acknowledge_by,
            due_at=row.due_at,
        )
        for row in rows
    )


def tried_posts_of(
    connection: Connection, incident_id: UUID
) -> tuple[tuple[PostId, OfficerId | None, str, str], ...]:
    """Return (post, officer, kind, state) of every task an incident ever had, oldest first."""
    rows = connection.execute(
        select(TaskRow.post_id, TaskRow.officer_id, TaskRow.kind, TaskRow.state)
        .where(TaskRow.incident_id == incident_id)
        .order_by(TaskRow.created_at, TaskRow.task_id)
    )
    return tuple((PostId(r.post_id), r.officer_id, r.kind, r.state) for r in rows)


def acknowledge_task(
    connection: Connection, task_id: UUID, officer_id: int | None, at: datetime
) -> None:
    """Write down that a holder of the post has seen the task."""
    connection.execute(
        update(TaskRow)
        .where(TaskRow.task_id == task_id)
        .values(state=TaskState.ACKNOWLEDGED.value, acknowledged_at=at, officer_id=officer_id)
    )


def finish_task(connection: Connection, task: Task, at: datetime) -> None:
    """End a task in the state it has been moved to."""
    connection.execute(
        update(TaskRow)
        .where(TaskRow.task_id == task.task_id)
        .values(state=task.state.value, finished_at=at, officer_id=task.officer_id)
    )


def queue_of(connection: Connection, incident_id: UUID) -> tuple[DivisionCode, QueueReason] | None:
    """Return whose queue an incident stands in and why, None when it stands in none."""
    row = connection.execute(
        select(QueueEntryRow.division_code, QueueEntryRow.reason).where(
            QueueEntryRow.incident_id == incident_id, QueueEntryRow.left_at.is_(None)
        )
    ).one_or_none()
    return row and (DivisionCode(row.division_code), QueueReason(row.reason))


def leave_queue(connection: Connection, incident_id: UUID, at: datetime) -> None:
    """Take an incident out of the queue it stands in, if any."""
    connection.execute(
        update(QueueEntryRow)
        .where(QueueEntryRow.incident_id == incident_id, QueueEntryRow.left_at.is_(None))
        .values(left_at=at)
    )


def set_due(connection: Connection, incident_id: UUID, due_at: datetime | None) -> None:
    """Move the end of the open tasks of an incident; None while its clock stands still."""
    connection.execute(
        update(TaskRow)
        .where(TaskRow.incident_id == incident_id, TaskRow.finished_at.is_(None))
        .values(due_at=due_at)
    )
