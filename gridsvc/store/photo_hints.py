"""What photographs hint at, by who named them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert

from gridsvc.core.photo_hint import PhotoHint
from gridsvc.core.place import Place
from gridsvc.store.tables.reports import PhotoHintRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What the report or action told that named a photograph."""

    named_in: UUID
    incident_id: UUID
    place: Place
    at: datetime


def tellings_without_hint(connection: Connection, sha256: bytes, account_id: UUID) -> list[Telling]:
    """Return what an account told of a photograph that nothing has been held against yet.

    An action has no place of its own: it is taken where the incident is.
    """
    rows = connection.execute(_WITHOUT_HINT, {"sha256": sha256, "account_id": account_id})
    return [
        Telling(
            named_in=row.named_in,
            incident_id=row.incident_id,
            place=Place(lon=row.lon, lat=row.lat, accuracy_m=row.accuracy_m),
            at=row.at,
        )
        for row in rows
    ]


def insert_hints(
    connection: Connection, sha256: bytes, hints: Sequence[tuple[Telling, PhotoHint]]
) -> None:
    """Store hints; one that is there stays as it is."""
    if hints:
        connection.execute(
            insert(PhotoHintRow)
            .values(
                [
                    {"named_in": one.named_in, "sha256": sha256, "incident_id": one.incident_id}
                    | asdict(hint)
                    for one, hint in hints
                ]
            )
            .on_conflict_do_nothing()
        )


_WITHOUT_HINT = text(
    """
    SELECT DISTINCT ON (e.named_in) e.named_in, e.incident_id, r.accuracy_m,
           ST_X(coalesce(r.place, i.place)) AS lon, ST_Y(coalesce(r.place, i.place)) AS lat,
           coalesce(r.observed_at, a.at, e.named_at) AS at
    FROM evidence e JOIN incident i USING (incident_id)
    LEFT JOIN report r ON r.report_id = e.named_in
    LEFT JOIN action a ON a.action_id = e.named_in
    WHERE e.sha256 = :sha256 AND e.account_id = :account_id AND NOT EXISTS (
        SELECT FROM photo_hint h WHERE h.named_in = e.named_in AND h.sha256 = e.sha256)
    ORDER BY e.named_in
    """
)
