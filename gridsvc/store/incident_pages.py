"""Incidents as lists and single pages show them: one statement a page, however long."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, TextClause, text

from gridsvc.core.incident_list import Order, Wanted

#: The newest open task is whose work it is now; a queue entry may stand beside it.
_COLUMNS = """
SELECT i.incident_id, i.number, i.state, i.version, i.source, i.matter_code, i.condition_code,
       i.tier, i.level, ST_X(i.place) AS lon, ST_Y(i.place) AS lat, i.match,
       i.owner_grid_id AS grid_id, g.code AS grid_code, i.community_code, i.town_code,
       i.city_code, i.department_code, i.observed_at, i.received_at, i.warn_at, i.due_at,
       i.breached_at, i.closed_at, i.is_joint, i.rework_count, i.return_count, i.joined_into,
       i.request, i.asked_at, i.asked_until, i.extension_count, i.suspended_until,
       i.supervised_by, i.supervised_until, i.is_force_closed, i.has_appealed, i.exempted_at,
       i.satisfaction, i.reopen_count, i.suspension_count,
       t.post_id, p.code AS post_code, p.duty, o.name AS officer_name,
       q.division_code AS queue_division, q.reason AS queue_reason, q.since AS queue_since
FROM incident i
LEFT JOIN grid g ON g.grid_id = i.owner_grid_id
LEFT JOIN LATERAL (
    SELECT post_id, officer_id FROM task
    WHERE task.incident_id = i.incident_id AND finished_at IS NULL
    ORDER BY created_at DESC, task_id LIMIT 1
) t ON true
LEFT JOIN post p ON p.post_id = t.post_id
LEFT JOIN officer_person o ON o.officer_id = t.officer_id
LEFT JOIN queue_entry q ON q.incident_id = i.incident_id AND q.left_at IS NULL
"""
_IN_ANY_QUEUE = "JOIN queue_entry q ON q.incident_id = i.incident_id AND q.left_at IS NULL"
#: Ids without a scope, which the incidents they are joined to have.
_IN_QUEUE = "JOIN incidents_in_queue(:queue) AS q (incident_id) ON q.incident_id = i.incident_id"
_IS_OPEN = "i.state NOT IN ('closed', 'voided')"


def incident_page(
    connection: Connection,
    wanted: Wanted,
    order: Order,
    now: datetime,
    limit: int,
    after: tuple[datetime, UUID] | None = None,
) -> list[RowMapping]:
    """Return incidents within the transaction's scope, after a position in the order."""
    statement, values = page_statement(wanted, order, now, limit, after)
    return list(connection.execute(statement, values).mappings())


def page_statement(
    wanted: Wanted,
    order: Order,
    now: datetime,
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> tuple[TextClause, dict[str, Any]]:
    """Build the statement of a page; every word of it is ours, every value a parameter."""
    conditions, values = ["true"], dict[str, Any](limit=limit, now=now)
    if wanted.is_open is not None:
        conditions.append(_IS_OPEN if wanted.is_open else f"NOT ({_IS_OPEN})")
    if wanted.is_late is not None:
        late = f"({_IS_OPEN} AND coalesce(i.due_at <= :now, false))"
        conditions.append(late if wanted.is_late else f"NOT {late}")
    for column, asked in (
        ("suspended_until", wanted.is_suspended),
        ("supervised_by", wanted.is_supervised),
    ):
        if asked is not None:
            conditions.append(f"i.{column} IS {'NOT ' if asked else ''}NULL")
    for name in ("state", "tier", "request"):
        if getattr(wanted, name) is not None:
            conditions.append(f"i.{name} = :{name}")
            values[name] = getattr(wanted, name)
    if wanted.grid_id is not None:
        conditions.append("i.owner_grid_id = :grid_id")
        values["grid_id"] = wanted.grid_id
    if wanted.division_code is not None:
        conditions.append(":division IN (i.community_code, i.town_code, i.city_code)")
        values["division"] = wanted.division_code
    queued = ""
    if wanted.queue == "any":
        queued = _IN_ANY_QUEUE
    elif wanted.queue is not None:
        queued = _IN_QUEUE
        values["queue"] = wanted.queue
    if wanted.account_key is not None:
        conditions.append(":account_key = ANY(i.scope_keys)")
        values["account_key"] = wanted.account_key
    if wanted.bbox is not None:
        conditions.append("i.place && ST_MakeEnvelope(:west, :south, :east, :north, 4490)")
        values |= dict(zip(("west", "south", "east", "north"), wanted.bbox, strict=True))
    if order is Order.RECEIVED:
        sort, sense, key = "DESC", "<", "i.received_at"
    else:
        sort, sense, key = "ASC", ">", "coalesce(i.due_at, :never)"
        # a position on a page, as any other: the latest instant that Python has
        values["never"] = datetime.max.replace(tzinfo=UTC)
    if after is not None:
        conditions.append(f"({key}, i.incident_id) {sense} (:after_at, :after_id)")
        values |= {"after_at": after[0], "after_id": after[1]}
    in_order = f"ORDER BY {key} {sort}, i.incident_id {sort}"
    # First which, then what they show: names are looked up for those of the page alone.
    statement = f"""
        WITH page AS MATERIALIZED (
            SELECT i.incident_id FROM incident i {queued}
            WHERE {" AND ".join(conditions)} {in_order} LIMIT :limit
        )
        {_COLUMNS} WHERE i.incident_id IN (SELECT incident_id FROM page) {in_order}"""
    return text(statement), values


def incident_whole(connection: Connection, incident_id: UUID) -> RowMapping | None:
    """Return one incident with its queue and owner, None outside of the scope."""
    return (
        connection.execute(text(f"{_COLUMNS} WHERE i.incident_id = :id"), {"id": incident_id})
        .mappings()
        .one_or_none()
    )


def incidents_whole(connection: Connection, incident_ids: list[UUID]) -> dict[UUID, RowMapping]:
    """Return several incidents by id."""
    rows = connection.execute(
        text(f"{_COLUMNS} WHERE i.incident_id = ANY(:ids)"), {"ids": incident_ids}
    ).mappings()
    return {row["incident_id"]: row for row in rows}


def tasks_shown(connection: Connection, incident_id: UUID) -> list[RowMapping]:
    """Return every task of an incident, oldest first."""
    rows = connection.execute(
        text(
            """
            SELECT t.task_id, t.kind, t.state, t.created_at, t.acknowledge_by, t.due_at,
                   t.acknowledged_at, t.finished_at, t.post_id, p.code AS post_code, p.duty,
                   o.name AS officer_name
            FROM task t JOIN post p USING (post_id)
            LEFT JOIN officer_person o ON o.officer_id = t.officer_id
            WHERE t.incident_id = :id ORDER BY t.created_at, t.task_id
            """
        ),
        {"id": incident_id},
    )
    return list(rows.mappings())


def open_tasks_of_posts(connection: Connection, post_ids: list[int]) -> list[RowMapping]:
    """Return the open tasks of some posts, what is due soonest first."""
    rows = connection.execute(
        text(
            """
            SELECT t.task_id, t.incident_id, t.kind, t.state, t.created_at, t.acknowledge_by,
                   t.due_at, t.post_id, p.code AS post_code
            FROM task t JOIN post p USING (post_id)
            WHERE t.post_id = ANY(:ids) AND t.finished_at IS NULL
            ORDER BY t.due_at NULLS LAST, t.task_id
            """
        ),
        {"ids": post_ids},
    )
    return list(rows.mappings())


def photos_of(connection: Connection, incident_id: UUID) -> list[RowMapping]:
    """Return the photographs named for an incident, whether they are there, what they hint at."""
    rows = connection.execute(
        text(
            """
            SELECT encode(e.sha256, 'hex') AS sha256, e.slot, e.named_at, e.account_id,
                   r.report_id IS NOT NULL AS is_reports,
                   f.sha256 IS NOT NULL AND f.ended_at IS NULL AS has_arrived,
                   h.place AS hint_place, h.distance_m, h.time AS hint_time, h.minutes,
                   h.direction_deg
            FROM evidence e LEFT JOIN photo f USING (sha256)
            LEFT JOIN photo_hint h USING (named_in, sha256)
            LEFT JOIN report r ON r.report_id = e.named_in
            WHERE e.incident_id = :id ORDER BY e.named_at, e.slot
            """
        ),
        {"id": incident_id},
    )
    return list(rows.mappings())


def notes_of(connection: Connection, incident_id: UUID) -> list[RowMapping]:
    """Return what was written in reports and actions, oldest first."""
    rows = connection.execute(
        text(
            """
            SELECT r.received_at AS at, 'report' AS written_in, x.note, r.account_id
            FROM report r JOIN report_text x USING (report_id) WHERE r.incident_id = :id
            UNION ALL
            SELECT a.at, a.step, x.note, a.account_id
            FROM action a JOIN action_text x USING (action_id) WHERE a.incident_id = :id
            ORDER BY at
            """
        ),
        {"id": incident_id},
    )
    return list(rows.mappings())


def board_counts(connection: Connection, since: datetime, now: datetime) -> RowMapping:
    """Return the counters of a wall, within the transaction's scope."""
    return (
        connection.execute(
            text(
                f"""
                SELECT count(*) FILTER (WHERE {_IS_OPEN} AND EXISTS (
                           SELECT FROM queue_entry q WHERE q.incident_id = i.incident_id
                           AND q.left_at IS NULL)) AS to_dispatch,
                       count(*) FILTER (WHERE i.state IN ('verifying', 'dispatched', 'handling',
                           'rechecking')) AS handling,
                       count(*) FILTER (WHERE i.received_at >= :since) AS reported_today,
                       count(*) FILTER (WHERE i.closed_at >= :since AND i.state = 'closed')
                           AS solved_today,
                       count(*) FILTER (WHERE {_IS_OPEN} AND i.due_at <= :now) AS late
                FROM incident i
                WHERE {_IS_OPEN} OR i.received_at >= :since OR i.closed_at >= :since
                """
            ),
            {"since": since, "now": now},
        )
        .mappings()
        .one()
    )


def queue_counts(connection: Connection) -> list[RowMapping]:
    """Return how many incidents stand in each division's queue."""
    rows = connection.execute(
        text(
            """
            SELECT division_code, count(*) AS count, min(since) AS oldest_since
            FROM queue_entry WHERE left_at IS NULL GROUP BY division_code ORDER BY count(*) DESC
            """
        )
    )
    return list(rows.mappings())
