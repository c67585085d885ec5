"""The past as it stood: first decisions, and posts, holdings and loads with their spans."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, text

#: Rows fetched at a time: enough that the database does not wait, few enough to be held.
BATCH = 1_000

#: The first decision about who solves an incident; the first of all where none was made yet.
_FIRST_DECISIONS = text(
    """
    WITH recent AS (
        SELECT * FROM incident WHERE received_at >= :since AND received_at < :until
        ORDER BY received_at DESC, number DESC LIMIT :most
    )
    SELECT i.incident_id, i.number, i.source, i.reporter_officer_id, i.matter_code,
           i.condition_code, i.match, i.owner_grid_id, ST_X(i.place) AS lon, ST_Y(i.place) AS lat,
           d.made_at, d.purpose, d.answer->>'tier' AS tier, d.answer->>'level' AS level,
           d.answer->'reasons' AS reasons,
           CAST(d.answer->'assignment'->>'post_id' AS bigint) AS post_id,
           d.answer->'queue'->>'division_code' AS queue_division,
           d.answer->'queue'->>'reason' AS queue_reason,
           coalesce(w.solved_at, i.closed_at) AS solved_at
    FROM recent i
    JOIN LATERAL (
        SELECT * FROM decision WHERE decision.incident_id = i.incident_id
        AND purpose IN ('first', 'verify', 'recheck')
        ORDER BY purpose <> 'first' OR coalesce(answer->'queue'->>'reason', '')
                 IN ('condition_missing', 'awaits_acceptance', 'verification_denied'), seq LIMIT 1
    ) d ON true
    LEFT JOIN LATERAL (
        SELECT min(finished_at) AS solved_at FROM task WHERE task.incident_id = i.incident_id
        AND state = 'done' AND kind IN ('patrol_fix', 'handle', 'enforce')
    ) w ON true
    ORDER BY d.made_at, i.number
    """
)
_COUNT = text("SELECT count(*) FROM incident WHERE received_at >= :since AND received_at < :until")
_DURING = "valid && tstzrange(:since, :until, '[]')"
_POSTS = text(
    f"""
    SELECT p.post_id, p.code, p.duty, p.grid_id, p.division_code, p.department_code,
           p.is_backup, p.shift, d.level, coalesce(d.city_code, c.city_code) AS city_code,
           coalesce(d.area_km2 * 1e6, 0) AS area_m2, lower(p.valid) AS since,
           upper(p.valid) AS until
    FROM post p LEFT JOIN division d ON d.code = p.division_code
    LEFT JOIN grid g ON g.grid_id = p.grid_id LEFT JOIN division c ON c.code = g.community_code
    WHERE p.{_DURING} ORDER BY p.code
    """
)
_HOLDINGS = text(
    f"""
    SELECT post_id, officer_id, lower(valid) AS since, upper(valid) AS until
    FROM post_holder WHERE {_DURING} ORDER BY officer_id
    """
)
_LEAVES = text(
    f"""
    SELECT officer_id, lower(valid) AS since, upper(valid) AS until
    FROM officer_leave WHERE {_DURING}
    """
)
_AREAS = text(
    f"""
    SELECT grid_id, area_m2, lower(valid) AS since, upper(valid) AS until
    FROM grid_version WHERE {_DURING}
    """
)
#: Work that was open at some instant of the span, by the order in which it was given.
_LOADS = text(
    """
    SELECT t.post_id, t.created_at, i.number, t.finished_at, t.minutes
    FROM task t JOIN incident i USING (incident_id)
    WHERE t.created_at <= :until AND (t.finished_at IS NULL OR t.finished_at >= :since)
    """
)


def count_received(connection: Connection, since: datetime, until: datetime) -> int:
    """Return how many incidents came in [since, until)."""
    count: int = connection.execute(_COUNT, {"since": since, "until": until}).scalar_one()
    return count


def first_decisions(
    connection: Connection, since: datetime, until: datetime, most: int | None
) -> Iterator[RowMapping]:
    """Give the incidents of [since, until) with their first decision, in the order of these.

    Of more than `most` the newest.
    """
    statement = connection.execution_options(yield_per=BATCH)
    return iter(
        statement.execute(
            _FIRST_DECISIONS, {"since": since, "until": until, "most": most}
        ).mappings()
    )


def posts_during(connection: Connection, since: datetime, until: datetime) -> list[Row[Any]]:
    """Return every post that existed within a span, without holders."""
    return list(connection.execute(_POSTS, {"since": since, "until": until}))


def holdings_during(connection: Connection, since: datetime, until: datetime) -> list[Row[Any]]:
    """Return who held which post when, by officer."""
    return list(connection.execute(_HOLDINGS, {"since": since, "until": until}))


def leaves_during(connection: Connection, since: datetime, until: datetime) -> list[Row[Any]]:
    """Return who was away when."""
    return list(connection.execute(_LEAVES, {"since": since, "until": until}))


def areas_during(connection: Connection, since: datetime, until: datetime) -> list[Row[Any]]:
    """Return how large each grid was when, in m²."""
    return list(connection.execute(_AREAS, {"since": since, "until": until}))


def loads_during(connection: Connection, since: datetime, until: datetime) -> list[Row[Any]]:
    """Return the tasks that made up the loads of a span."""
    return list(connection.execute(_LOADS, {"since": since, "until": until}))
