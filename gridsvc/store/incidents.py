"""Incidents as stored: read whole for a change, read short for lists and maps."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from geoalchemy2 import functions as geo
from sqlalchemy import Connection, Select, select, text, update

from gridsvc.core.department import DepartmentCode
from gridsvc.core.division import DivisionCode, Level
from gridsvc.core.duty import Tier
from gridsvc.core.grid import GridId
from gridsvc.core.incident import Incident, IncidentId, Verification
from gridsvc.core.keeping import first_forgetting
from gridsvc.core.life_cycle import State
from gridsvc.core.matter import FilingConditionCode, MatterCode
from gridsvc.core.officer import OfficerId
from gridsvc.core.place import Match, Place
from gridsvc.core.post import PostId
from gridsvc.core.report import ReportSource
from gridsvc.core.request import Request, RequestKind, Satisfaction, Supervision
from gridsvc.store.row_sets import RowSet
from gridsvc.store.tables.incidents import IncidentRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredIncident:
    """An incident with what only the store and the clocks know about it."""

    incident: Incident
    event_seq: int
    #: The grid whose posts answer; that of record is in the incident.
    owner_grid_id: GridId | None
    owner_generation: int
    warn_at: datetime | None
    due_at: datetime | None
    breached_at: datetime | None
    closed_at: datetime | None
    scope_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a map needs of an incident."""

    incident_id: UUID
    number: str
    state: str
    version: int
    lon: float
    lat: float
    matter_code: str
    tier: str
    level: str
    warn_at: datetime | None
    due_at: datetime | None
    grid_code: str | None
    town_code: str | None
    queue: str | None
    request: str | None
    suspended_until: datetime | None
    supervised_by: str | None


def next_numbers(connection: Connection, count: int) -> list[int]:
    """Return numbers for new incidents; gaps are no loss, a number is never given twice."""
    rows = connection.execute(
        text("SELECT nextval('incident_number_seq') FROM generate_series(1, :count)"),
        {"count": count},
    )
    return [row[0] for row in rows]


def incident_rows(stored: Sequence[StoredIncident]) -> RowSet:
    """Return the rows of new incidents."""
    return RowSet(IncidentRow, [values_of(one) for one in stored])


def update_incident(connection: Connection, stored: StoredIncident) -> None:
    """Store the next version of an incident that this transaction has locked."""
    values = values_of(stored) | values_since_filed(stored.incident)
    key = values.pop("incident_id")
    connection.execute(update(IncidentRow).where(IncidentRow.incident_id == key).values(**values))


def pass_state(connection: Connection, incident_id: UUID, state: State) -> None:
    """Let an incident go through a state on its way to that of its next version."""
    connection.execute(
        update(IncidentRow).where(IncidentRow.incident_id == incident_id).values(state=state.value)
    )


def values_of(stored: StoredIncident) -> dict[str, Any]:
    """Return the columns of an incident."""
    incident = stored.incident
    community, town, city = division_columns(incident.division_codes)
    return {
        "incident_id": incident.incident_id,
        "number": incident.number,
        "state": incident.state.value,
        "version": incident.version,
        "event_seq": stored.event_seq,
        "source": incident.source.value,
        "matter_code": incident.matter,
        "condition_code": incident.condition,
        "department_code": incident.department,
        "tier": incident.tier.value if incident.tier else Tier.PATROL.value,
        "level": incident.level,
        "place": point_of(incident.place),
        "match": incident.match.value,
        "grid_id": incident.grid_id,
        "grid_generation": incident.generation,
        "owner_grid_id": stored.owner_grid_id,
        "owner_generation": stored.owner_generation,
        "community_code": community,
        "town_code": town,
        "city_code": city,
        "observed_at": incident.observed_at,
        "received_at": incident.received_at,
        "verification": incident.verification.value if incident.verification else None,
        "reporter_officer_id": incident.reporter,
        "post_id": incident.post_id,
        "solvers": sorted(incident.solvers),
        "solved_level": incident.solved_level,
        "rework_count": incident.rework_count,
        "return_count": incident.return_count,
        "is_joint": incident.is_joint,
        "joined_into": incident.joined_into,
        "warn_at": stored.warn_at,
        "due_at": stored.due_at,
        "breached_at": stored.breached_at,
        "closed_at": stored.closed_at,
        "forget_at": first_forgetting(stored.closed_at),
        "scope_keys": list(stored.scope_keys),
    }


def values_since_filed(incident: Incident) -> dict[str, Any]:
    """Return the columns that a new incident leaves at their defaults."""
    asked, above = incident.request, incident.supervision
    return {
        "request": asked and asked.kind.value,
        "asked_by": asked and asked.asked_by,
        "asked_at": asked and asked.asked_at,
        "asked_until": asked and asked.until,
        "granted_by": sorted(asked.granted_by) if asked else [],
        "extension_count": incident.extension_count,
        "suspended_until": incident.suspended_until,
        "suspension_count": incident.suspension_count,
        "supervised_by": above and above.level,
        "supervised_until": above and above.until,
        "is_force_closed": incident.is_force_closed,
        "has_appealed": incident.has_appealed,
        "exempted_at": incident.exempted_at,
        "satisfaction": incident.satisfaction and incident.satisfaction.value,
        "reopen_count": incident.reopen_count,
        "chosen_level": incident.chosen_level,
    }


def request_of(row: Any) -> Request | None:
    """Return what has been asked for, None when nothing has."""
    if row["request"] is None:
        return None
    return Request(
        kind=RequestKind(row["request"]),
        asked_by=optional(OfficerId, row["asked_by"]),
        asked_at=row["asked_at"],
        until=row["asked_until"],
        granted_by=frozenset(OfficerId(officer_id) for officer_id in row["granted_by"]),
    )


def supervision_of(row: Any) -> Supervision | None:
    """Return the latest demand from above, None when there was none."""
    if row["supervised_by"] is None:
        return None
    return Supervision(level=Level(row["supervised_by"]), until=row["supervised_until"])


def division_columns(
    codes: Sequence[DivisionCode],
) -> tuple[DivisionCode | None, DivisionCode | None, DivisionCode]:
    """Return community, town and city from division codes, lowest first; a city is always there."""
    city = codes[-1]
    town = codes[-2] if len(codes) > 1 else None
    community = codes[0] if len(codes) > 2 else None
    return community, town, city


def point_of(place: Place) -> str:
    """Return a place as EWKT; repr keeps every digit of a double."""
    return f"SRID=4490;POINT({place.lon!r} {place.lat!r})"


def incident_for_update(connection: Connection, incident_id: UUID) -> StoredIncident | None:
    """Lock and return an incident within the transaction's scope, None when there is none."""
    row = connection.execute(whole([incident_id]).with_for_update(of=IncidentRow)).one_or_none()
    return None if row is None else stored_of(row._mapping)


def incident_now(connection: Connection, incident_id: UUID) -> StoredIncident | None:
    """Return an incident within the transaction's scope without locking it."""
    return incidents_now(connection, [incident_id]).get(incident_id)


def incidents_now(
    connection: Connection, incident_ids: Sequence[UUID]
) -> dict[UUID, StoredIncident]:
    """Return incidents within the transaction's scope by id, without locking them."""
    rows = connection.execute(whole(incident_ids))
    return {row.incident_id: stored_of(row._mapping) for row in rows}


def whole(incident_ids: Sequence[UUID]) -> Select[Any]:
    """Return the query of every column of some incidents."""
    return select(
        *IncidentRow.__table__.columns,
        geo.ST_X(IncidentRow.place).label("lon"),
        geo.ST_Y(IncidentRow.place).label("lat"),
    ).where(IncidentRow.incident_id.in_(incident_ids))


def stored_of(row: Any) -> StoredIncident:
    """Return a row as the core knows it."""
    codes = [row["community_code"], row["town_code"], row["city_code"]]
    return StoredIncident(
        incident=Incident(
            incident_id=IncidentId(row["incident_id"]),
            number=row["number"],
            version=row["version"],
            state=State(row["state"]),
            source=ReportSource(row["source"]),
            reporter=optional(OfficerId, row["reporter_officer_id"]),
            matter=MatterCode(row["matter_code"]),
            condition=optional(FilingConditionCode, row["condition_code"]),
            place=Place(lon=row["lon"], lat=row["lat"]),
            match=Match(row["match"]),
            grid_id=optional(GridId, row["grid_id"]),
            division_codes=tuple(DivisionCode(code) for code in codes if code is not None),
            generation=row["grid_generation"],
            observed_at=row["observed_at"],
            received_at=row["received_at"],
            verification=optional(Verification, row["verification"]),
            post_id=optional(PostId, row["post_id"]),
            department=optional(DepartmentCode, row["department_code"]),
            tier=Tier(row["tier"]),
            level=Level(row["level"]),
            solvers=frozenset(OfficerId(officer_id) for officer_id in row["solvers"]),
            rework_count=row["rework_count"],
            return_count=row["return_count"],
            is_joint=row["is_joint"],
            request=request_of(row),
            extension_count=row["extension_count"],
            suspended_until=row["suspended_until"],
            suspension_count=row["suspension_count"],
            supervision=supervision_of(row),
            is_force_closed=row["is_force_closed"],
            has_appealed=row["has_appealed"],
            exempted_at=row["exempted_at"],
            satisfaction=optional(Satisfaction, row["satisfaction"]),
            reopen_count=row["reopen_count"],
            chosen_level=optional(Level, row["chosen_level"]),
            solved_level=optional(Level, row["solved_level"]),
            joined_into=optional(IncidentId, row["joined_into"]),
        ),
        event_seq=row["event_seq"],
        owner_grid_id=optional(GridId, row["owner_grid_id"]),
        owner_generation=row["owner_generation"],
        warn_at=row["warn_at"],
        due_at=row["due_at"],
        breached_at=row["breached_at"],
        closed_at=row["closed_at"],
        scope_keys=tuple(row["scope_keys"]),
    )


def optional(kind: Any, value: Any) -> Any:
    """Return `kind(value)`, or None for None."""
    return None if value is None else kind(value)


SUMMARIES = text(
    """
    SELECT i.incident_id, i.number, i.state, i.version, ST_X(i.place) AS lon,
           ST_Y(i.place) AS lat, i.matter_code, i.tier, i.level, i.warn_at, i.due_at,
           g.code AS grid_code, i.town_code, i.request, i.suspended_until, i.supervised_by,
           (SELECT q.division_code FROM queue_entry q
            WHERE q.incident_id = i.incident_id AND q.left_at IS NULL) AS queue
    FROM incident i LEFT JOIN grid g ON g.grid_id = i.owner_grid_id
    WHERE i.incident_id = ANY(:ids)
    """
)


def summaries(connection: Connection, incident_ids: Collection[UUID]) -> dict[UUID, Summary]:
    """Return what a map needs of some incidents, by id."""
    rows = connection.execute(SUMMARIES, {"ids": list(incident_ids)})
    return {row.incident_id: Summary(**cast("dict[str, Any]", row._mapping)) for row in rows}
