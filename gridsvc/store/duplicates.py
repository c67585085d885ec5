"""Incidents near each other, and the joinings that people made of them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text, Uuid

from gridsvc.core.duplicate import box_around
from gridsvc.store.tables.incidents import JoiningRow
from gridsvc.store.tables.reports import ReportRow

#: Any number that no other lock of the database uses.
JOINING_LOCK = 4419_0002

#: What a person compares: the first photograph that has arrived, and what was written first.
_COLUMNS = """
SELECT i.incident_id, i.number, i.state, i.version, i.matter_code, i.condition_code, i.observed_at,
       i.received_at, i.scope_keys && :scope AS is_seen, f.sha256, x.note,
       ST_Distance(i.place::geography, CAST(:place AS geometry)::geography) AS distance_m
"""
_SHOWN = """
LEFT JOIN LATERAL (
    SELECT encode(e.sha256, 'hex') AS sha256 FROM evidence e JOIN photo USING (sha256)
    WHERE e.incident_id = i.incident_id ORDER BY e.named_at, e.slot LIMIT 1
) f ON true
LEFT JOIN LATERAL (
    SELECT t.note FROM report r JOIN report_text t USING (report_id)
    WHERE r.incident_id = i.incident_id ORDER BY r.received_at LIMIT 1
) x ON true
"""
_ALIKE = """
place && ST_MakeEnvelope(:west, :south, :east, :north, 4490) AND matter_code = :matter
AND observed_at BETWEEN :since AND :until AND incident_id IS DISTINCT FROM :but
"""
#: The open ones by the index on their places, the closed ones by that on when they were.
NEAR = text(
    f"""
    WITH alike AS (
        SELECT * FROM incident WHERE state NOT IN ('closed', 'voided') AND {_ALIKE}
        UNION ALL
        SELECT * FROM incident WHERE state = 'closed' AND closed_at >= :since AND {_ALIKE}
    )
    SELECT * FROM ({_COLUMNS} FROM alike i {_SHOWN}) n
    WHERE distance_m <= :metres ORDER BY distance_m, number LIMIT :most
    """
).bindparams(bindparam("scope", type_=ARRAY(Text())), bindparam("but", type_=Uuid()))
_JOINED = text(
    f"{_COLUMNS} FROM incident i {_SHOWN} WHERE i.joined_into = :main ORDER BY i.received_at"
).bindparams(bindparam("scope", type_=ARRAY(Text())), bindparam("main", type_=Uuid()))
#: Joinings reach each other over either end, however long the chain.
_LINKS_AROUND = text(
    """
    WITH RECURSIVE part(incident_id) AS (
        SELECT unnest(:ids)
        UNION
        SELECT CASE WHEN j.incident_id = p.incident_id THEN j.into_id ELSE j.incident_id END
        FROM part p JOIN joining j
        ON j.left_at IS NULL AND (j.incident_id = p.incident_id OR j.into_id = p.incident_id)
    )
    SELECT j.incident_id, j.into_id FROM joining j JOIN part USING (incident_id)
    WHERE j.left_at IS NULL
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where, when and of what matter something was seen; degrees are EPSG:4490."""

    lon: float
    lat: float
    matter: str
    observed_at: datetime

    def as_ewkt(self) -> str:
        """Return the place as EWKT."""
        return f"SRID=4490;POINT({self.lon!r} {self.lat!r})"


def near_incidents(
    connection: Connection,
    spot: Spot,
    *,
    metres: float,
    within: timedelta,
    scope: Collection[str],
    most: int,
    but: UUID | None = None,
) -> list[RowMapping]:
    """Return open and lately closed incidents of a matter near a spot in place and time.

    Nearest first. `is_seen` tells whether a reader with these scope keys may see one. Two
    open incidents are near each other or neither is: both judge by when they were observed.
    """
    west, south, east, north = box_around(spot.lon, spot.lat, metres)
    rows = connection.execute(
        NEAR,
        {
            "place": spot.as_ewkt(),
            "matter": spot.matter,
            "since": spot.observed_at - within,
            "until": spot.observed_at + within,
            "metres": metres,
            "scope": list(scope),
            "but": but,
            "most": most,
            "west": west,
            "south": south,
            "east": east,
            "north": north,
        },
    )
    return list(rows.mappings())


def joined_incidents(
    connection: Connection, main_id: UUID, spot: Spot, scope: Collection[str]
) -> list[RowMapping]:
    """Return the incidents that count as the same as a main one, the oldest first."""
    rows = connection.execute(
        _JOINED, {"main": main_id, "place": spot.as_ewkt(), "scope": list(scope)}
    )
    return list(rows.mappings())


def hold_joinings(connection: Connection) -> None:
    """Let no other transaction join or unjoin until this one ends; a person makes few."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": JOINING_LOCK})


def links_around(connection: Connection, incident_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return what each incident was joined to, of all that hang together with some."""
    rows = connection.execute(_LINKS_AROUND, {"ids": list(incident_ids)})
    return {row.incident_id: row.into_id for row in rows}


def add_joining(connection: Connection, incident_id: UUID, into_id: UUID, at: datetime) -> None:
    """Store that one incident was taken for the same as another."""
    connection.execute(
        insert(JoiningRow).values(incident_id=incident_id, into_id=into_id, joined_at=at)
    )


def end_joining(connection: Connection, incident_id: UUID, at: datetime) -> None:
    """Store that it no longer is."""
    connection.execute(
        update(JoiningRow)
        .where(JoiningRow.incident_id == incident_id, JoiningRow.left_at.is_(None))
        .values(left_at=at)
    )


def reporters_of(connection: Connection, incident_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Return the accounts whose reports made each of some incidents."""
    rows = connection.execute(
        select(ReportRow.incident_id, ReportRow.account_id).where(
            ReportRow.incident_id.in_(incident_ids)
        )
    )
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for row in rows:
        found[row.incident_id].add(row.account_id)
    return found
