"""Running clocks as the sweep sees them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, update

from gridsvc.store.tables.tasks import StageClockRow


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningClock:
    """A clock that has not been stopped."""

    clock_id: int
    incident_id: UUID
    task_id: UUID | None
    stage: str
    starts_at: datetime
    warn_at: datetime
    due_at: datetime
    warned_at: datetime | None


def due_clocks(connection: Connection, now: datetime, most: int) -> list[tuple[int, UUID]]:
    """Return (clock, incident) of clocks whose next instant has come, the oldest first."""
    rows = connection.execute(
        select(StageClockRow.clock_id, StageClockRow.incident_id)
        .where(StageClockRow.stopped_at.is_(None), StageClockRow.next_at <= now)
        .order_by(StageClockRow.next_at)
        .limit(most)
    )
    return [(row.clock_id, row.incident_id) for row in rows]


def clock_for_update(connection: Connection, clock_id: int, now: datetime) -> RunningClock | None:
    """Lock and return a clock that is still due; None when another process has dealt with it."""
    row = connection.execute(
        select(
            StageClockRow.clock_id,
            StageClockRow.incident_id,
            StageClockRow.task_id,
            StageClockRow.stage,
            StageClockRow.starts_at,
            StageClockRow.warn_at,
            StageClockRow.due_at,
            StageClockRow.warned_at,
        )
        .where(
            StageClockRow.clock_id == clock_id,
            StageClockRow.stopped_at.is_(None),
            StageClockRow.next_at <= now,
        )
        .with_for_update(skip_locked=True)
    ).one_or_none()
    return None if row is None else RunningClock(**row._mapping)


def mark_warned(connection: Connection, clock_id: int, at: datetime, next_at: datetime) -> None:
    """Write down the warning; the clock strikes again at its end."""
    connection.execute(
        update(StageClockRow)
        .where(StageClockRow.clock_id == clock_id)
        .values(warned_at=at, next_at=next_at)
    )


def mark_breached(connection: Connection, clock_id: int, at: datetime) -> None:
    """Write down the breach; the clock runs on but will not strike again."""
    connection.execute(
        update(StageClockRow)
        .where(StageClockRow.clock_id == clock_id)
        .values(breached_at=at, next_at=None)
    )
