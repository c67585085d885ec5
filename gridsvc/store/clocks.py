"""Running clocks as the sweep sees them, and what has been done to them since they started."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, update

from gridsvc.core.dispatch.clock_history import ClockChange, ClockDeed
from gridsvc.core.matter import Limit, LimitKind
from gridsvc.store.tables.tasks import ClockChangeRow, StageClockRow

#: A limit may not be less than this, nor more than its own bound.
_LEAST_HOURS, _MOST_HOURS = 1e-6, 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningClock:
    """A clock that has not been stopped."""

    clock_id: int
    incident_id: UUID
    task_id: UUID | None
    stage: str
    starts_at: datetime
    limit: Limit
    warn_at: datetime
    due_at: datetime
    warned_at: datetime | None
    breached_at: datetime | None
    paused_at: datetime | None
    next_at: datetime | None


def due_clocks(connection: Connection, now: datetime, most: int) -> list[tuple[int, UUID]]:
    """Return (clock, incident) of clocks whose next instant has come, the oldest first."""
    rows = connection.execute(
        select(StageClockRow.clock_id, StageClockRow.incident_id)
        .where(StageClockRow.stopped_at.is_(None), StageClockRow.next_at <= now)
        .order_by(StageClockRow.next_at)
        .limit(most)
    )
    return [(row.clock_id, row.incident_id) for row in rows]


_COLUMNS = (
    StageClockRow.clock_id,
    StageClockRow.incident_id,
    StageClockRow.task_id,
    StageClockRow.stage,
    StageClockRow.starts_at,
    StageClockRow.limit_amount,
    StageClockRow.limit_kind,
    StageClockRow.warn_at,
    StageClockRow.due_at,
    StageClockRow.warned_at,
    StageClockRow.breached_at,
    StageClockRow.paused_at,
    StageClockRow.next_at,
)


def clock_for_update(connection: Connection, clock_id: int, now: datetime) -> RunningClock | None:
    """Lock and return a clock that is still due; None when another process has dealt with it."""
    row = connection.execute(
        select(*_COLUMNS)
        .where(
            StageClockRow.clock_id == clock_id,
            StageClockRow.stopped_at.is_(None),
            StageClockRow.next_at <= now,
        )
        .with_for_update(skip_locked=True)
    ).one_or_none()
    return None if row is None else _clock_of(row._mapping)


def running_clocks(connection: Connection, incident_id: UUID) -> dict[str, RunningClock]:
    """Return the clocks of an incident that have not been stopped, by stage."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(StageClockRow.incident_id == incident_id, StageClockRow.stopped_at.is_(None))
        .order_by(StageClockRow.clock_id)
    )
    return {row.stage: _clock_of(row._mapping) for row in rows}


def clocks_of(connection: Connection, incident_id: UUID) -> tuple[RunningClock, ...]:
    """Return every clock that an incident ever had, stopped ones too, oldest first."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(StageClockRow.incident_id == incident_id)
        .order_by(StageClockRow.clock_id)
    )
    return tuple(_clock_of(row._mapping) for row in rows)


def _clock_of(row: Any) -> RunningClock:
    given = {key: value for key, value in row.items() if not key.startswith("limit_")}
    return RunningClock(**given, limit=_limit_of(row))


def _limit_of(row: Any) -> Limit:
    """Return what a clock allowed at its start; from before that was kept, its whole span."""
    if row["limit_amount"] is not None:
        return Limit(amount=row["limit_amount"], kind=LimitKind(row["limit_kind"]))
    hours = (row["due_at"] - row["starts_at"]).total_seconds() / 3600
    return Limit(amount=min(max(hours, _LEAST_HOURS), _MOST_HOURS), kind=LimitKind.URGENT_HOURS)


def changes_of(connection: Connection, clock_id: int) -> tuple[ClockChange, ...]:
    """Return what was done to a clock, oldest first."""
    rows = connection.execute(
        select(ClockChangeRow.__table__)
        .where(ClockChangeRow.clock_id == clock_id)
        .order_by(ClockChangeRow.seq)
    )
    return tuple(
        ClockChange(
            deed=ClockDeed(row.deed),
            at=row.at,
            until=row.until,
            limit=None
            if row.limit_amount is None
            else Limit(amount=row.limit_amount, kind=LimitKind(row.limit_kind)),
        )
        for row in rows
    )


def append_change(
    connection: Connection, clock: RunningClock, change: ClockChange, written_at: datetime
) -> None:
    """Append what was done to a clock of an incident that this transaction has locked."""
    last = connection.execute(
        select(func.max(ClockChangeRow.seq)).where(ClockChangeRow.clock_id == clock.clock_id)
    ).scalar_one()
    connection.execute(
        insert(ClockChangeRow).values(
            clock_id=clock.clock_id,
            incident_id=clock.incident_id,
            seq=(last or 0) + 1,
            deed=change.deed.value,
            at=change.at,
            until=change.until,
            limit_amount=change.limit and change.limit.amount,
            limit_kind=change.limit and change.limit.kind.value,
            written_at=written_at,
        )
    )


def set_clock(connection: Connection, clock: RunningClock) -> None:
    """Write where a clock stands after what was done to it."""
    connection.execute(
        update(StageClockRow)
        .where(StageClockRow.clock_id == clock.clock_id)
        .values(
            warn_at=clock.warn_at,
            due_at=clock.due_at,
            next_at=clock.next_at,
            warned_at=clock.warned_at,
            paused_at=clock.paused_at,
        )
    )


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


def stop_clocks(
    connection: Connection, incident_id: UUID, stages: Sequence[str], at: datetime
) -> None:
    """Stop the running clocks of some stages of an incident."""
    connection.execute(
        update(StageClockRow)
        .where(
            StageClockRow.incident_id == incident_id,
            StageClockRow.stopped_at.is_(None),
            StageClockRow.stage.in_(stages),
        )
        .values(stopped_at=at, next_at=None)
    )
