"""What somebody reported, and what became of it, as they may read it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReport:
    """A report of an account's."""

    report_id: UUID
    incident_id: UUID
    observed_at: datetime
    received_at: datetime
    flags: tuple[str, ...]


def reports_by(
    connection: Connection,
    account_id: UUID,
    limit: int,
    before: tuple[datetime, UUID] | None = None,
) -> list[OwnReport]:
    """Return reports of an account, the newest first, before a position."""
    where = "" if before is None else "AND (received_at, report_id) < (:before_at, :before_id)"
    values = {} if before is None else {"before_at": before[0], "before_id": before[1]}
    rows = connection.execute(
        text(
            f"""
            SELECT report_id, incident_id, observed_at, received_at, flags FROM report
            WHERE account_id = :account_id {where}
            ORDER BY received_at DESC, report_id DESC LIMIT :limit
            """
        ),
        {"account_id": account_id, "limit": limit, **values},
    )
    return [OwnReport(**{**row._mapping, "flags": tuple(row.flags)}) for row in rows]


def progress_of(
    connection: Connection, incident_ids: Sequence[UUID], kinds: Collection[str]
) -> dict[UUID, list[tuple[str, datetime]]]:
    """Return (kind, instant) of the events of some kinds, by incident, oldest first."""
    rows = connection.execute(
        text(
            """
            SELECT subject_id, kind, at FROM event
            WHERE subject = 'incident' AND subject_id = ANY(:ids) AND kind = ANY(:kinds)
            ORDER BY subject_id, seq
            """
        ),
        {"ids": [str(incident_id) for incident_id in incident_ids], "kinds": sorted(kinds)},
    )
    found: defaultdict[UUID, list[tuple[str, datetime]]] = defaultdict(list)
    for row in rows:
        found[UUID(row.subject_id)].append((row.kind, row.at))
    return found
