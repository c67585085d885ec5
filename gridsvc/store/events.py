"""The event table as audit log and outbox.

The tail does not read by sequence (rows commit out of order and would be lost) nor
up to `pg_snapshot_xmin` (any open transaction of the cluster would stall it): its
cursor is the last snapshot, and it reads what is visible now and was not then.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NewType
from uuid import UUID

from sqlalchemy import Connection, func, select, text

from gridsvc.store.row_sets import RowSet, insert_rows
from gridsvc.store.tables.events import EventRow

#: A `pg_snapshot` as text: xmin:xmax:xip,xip,…
Snapshot = NewType("Snapshot", str)

SNAPSHOT_FORM = re.compile(r"\d{1,20}:\d{1,20}:(\d{1,20}(,\d{1,20})*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One appended fact: ids and codes, never names or free text."""

    subject: str
    subject_id: str
    seq: int
    kind: str
    at: datetime
    account_id: UUID | None
    body: dict[str, Any]
    scope_keys: Sequence[str]


def append_events(connection: Connection, events: Sequence[Event]) -> None:
    """Append events to history; they reach the stream when the transaction commits."""
    insert_rows(connection, event_rows(events))


def event_rows(events: Sequence[Event]) -> RowSet:
    """Return the rows of events to append."""
    return RowSet(
        EventRow,
        [
            {
                "subject": event.subject,
                "subject_id": event.subject_id,
                "seq": event.seq,
                "kind": event.kind,
                "at": event.at,
                "account_id": event.account_id,
                "body": event.body,
                "scope_keys": list(event.scope_keys),
            }
            for event in events
        ],
    )


def events_of(connection: Connection, subject: str, subject_id: str) -> tuple[Event, ...]:
    """Return the history of one subject, oldest first."""
    rows = connection.execute(
        select(*COLUMNS)
        .where(EventRow.subject == subject, EventRow.subject_id == subject_id)
        .order_by(EventRow.seq)
    )
    return tuple(Event(**row._mapping) for row in rows)


def last_seq_of(connection: Connection, subject: str, subject_id: str) -> int:
    """Return the `seq` of a subject's newest event, 0 before the first; hold the subject first."""
    found: int | None = connection.execute(
        select(func.max(EventRow.seq)).where(
            EventRow.subject == subject, EventRow.subject_id == subject_id
        )
    ).scalar_one()
    return found or 0


def next_seq_of_incident(connection: Connection, incident_id: UUID) -> tuple[int, list[str]]:
    """Count one more event of an incident; return its `seq`, and who may see the incident."""
    row = connection.execute(
        text(
            "UPDATE incident SET event_seq = event_seq + 1 WHERE incident_id = :id "
            "RETURNING event_seq, scope_keys"
        ),
        {"id": incident_id},
    ).one()
    return row.event_seq, list(row.scope_keys)


def snapshot_of(given: str) -> Snapshot | None:
    """Return a snapshot that a client sent back, None when it is no such thing.

    By PostgreSQL's own rules, so that it never has to refuse one.
    """
    if not SNAPSHOT_FORM.fullmatch(given):
        return None
    first, end, running = given.split(":")
    xmin, xmax = int(first), int(end)
    xips = [int(xid) for xid in running.split(",") if xid]
    is_one = 0 < xmin <= xmax < 2**63 and xips == sorted(xips)
    return Snapshot(given) if is_one and all(xmin <= xid < xmax for xid in xips) else None


def is_ahead(snapshot: Snapshot, of: Snapshot) -> bool:
    """Tell whether a snapshot knows transactions that another does not know yet.

    One that a client sent back does so only when it is from another history, as before
    a restore.
    """
    return int(snapshot.split(":")[1]) > int(of.split(":")[1])


def current_snapshot(connection: Connection) -> Snapshot:
    """Return the snapshot of now, the cursor of a reader that wants only what comes."""
    return Snapshot(connection.execute(text("SELECT pg_current_snapshot()::text")).scalar_one())


def events_between(
    connection: Connection, since: Snapshot, until: Snapshot, most: int
) -> tuple[Event, ...]:
    """Return at most `most` events visible in `until` and not in `since`, in order of writing."""
    rows = connection.execute(BETWEEN, {"since": since, "until": until, "most": most})
    return tuple(Event(**row._mapping) for row in rows)


COLUMNS = (
    EventRow.subject,
    EventRow.subject_id,
    EventRow.seq,
    EventRow.kind,
    EventRow.at,
    EventRow.account_id,
    EventRow.body,
    EventRow.scope_keys,
)

# The index on xid serves the first condition; every xid below it was settled in `since`.
BETWEEN = text(
    """
    SELECT subject, subject_id, seq, kind, at, account_id, body, scope_keys FROM event
    WHERE xid >= pg_snapshot_xmin(CAST(:since AS pg_snapshot))
      AND xid < pg_snapshot_xmax(CAST(:until AS pg_snapshot))
      AND NOT pg_visible_in_snapshot(xid, CAST(:since AS pg_snapshot))
      AND pg_visible_in_snapshot(xid, CAST(:until AS pg_snapshot))
    ORDER BY event_id LIMIT :most
    """
).columns(*COLUMNS)
