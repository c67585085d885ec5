"""What must never be found in a database: one statement a check, each naming the rows.

Every statement returns `id` and nothing else, of every row that is in breach.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

_ENDED = "i.state IN ('closed', 'voided')"
_OPEN = f"NOT ({_ENDED})"

#: What stays wrong until somebody mends it.
BREACHES: Mapping[str, str] = {
    "open incident without task or queue": f"""
        SELECT i.incident_id AS id FROM incident i WHERE {_OPEN}
        AND NOT EXISTS (SELECT FROM task t
                        WHERE t.incident_id = i.incident_id AND t.finished_at IS NULL)
        AND NOT EXISTS (SELECT FROM queue_entry q
                        WHERE q.incident_id = i.incident_id AND q.left_at IS NULL)""",
    "open task on an incident that has ended": f"""
        SELECT t.task_id AS id FROM task t JOIN incident i USING (incident_id)
        WHERE t.finished_at IS NULL AND {_ENDED}""",
    "place in a queue of an incident that has ended": f"""
        SELECT i.incident_id AS id FROM queue_entry q JOIN incident i USING (incident_id)
        WHERE q.left_at IS NULL AND {_ENDED}""",
    "several open tasks on one incident": """
        SELECT incident_id AS id FROM task WHERE finished_at IS NULL
        GROUP BY incident_id HAVING count(*) > 1""",
    "offer that stands on an incident that has ended": f"""
        SELECT o.offer_id AS id FROM offer o JOIN incident i USING (incident_id)
        WHERE o.ended_at IS NULL AND {_ENDED}""",
    "running clock of an incident that has ended": f"""
        SELECT c.clock_id AS id FROM stage_clock c JOIN incident i USING (incident_id)
        WHERE c.stopped_at IS NULL AND {_ENDED}""",
    "gap in the events of an incident": """
        SELECT i.incident_id AS id FROM incident i LEFT JOIN event e
            ON e.subject = 'incident' AND e.subject_id = i.incident_id::text
        GROUP BY i.incident_id, i.event_seq
        HAVING count(e.seq) <> i.event_seq OR min(e.seq) <> 1 OR max(e.seq) <> i.event_seq""",
    "gap in the events of another subject": """
        SELECT subject || ' ' || subject_id AS id FROM event WHERE subject <> 'incident'
        GROUP BY subject, subject_id HAVING min(seq) <> 1 OR max(seq) <> count(*)""",
    "event of an incident that is not there": """
        SELECT DISTINCT e.subject_id AS id FROM event e WHERE e.subject = 'incident'
        AND NOT EXISTS (SELECT FROM incident i WHERE i.incident_id::text = e.subject_id)""",
    "incident without a decision": """
        SELECT i.incident_id AS id FROM incident i
        WHERE NOT EXISTS (SELECT FROM decision d WHERE d.incident_id = i.incident_id)""",
    "task whose decision is about another incident": """
        SELECT t.task_id AS id FROM task t LEFT JOIN decision d USING (decision_id)
        WHERE d.incident_id IS DISTINCT FROM t.incident_id""",
    "incident placed in a grid without the grid of record": """
        SELECT i.incident_id AS id FROM incident i LEFT JOIN grid g USING (grid_id)
        WHERE g.grid_id IS NULL AND (i.grid_id IS NOT NULL OR NOT EXISTS (
            SELECT FROM report r WHERE r.incident_id = i.incident_id
            AND 'outside_all_grids' = ANY(r.flags)))""",
    "post over a grid that is retired": """
        SELECT p.code AS id FROM post p
        WHERE p.grid_id IS NOT NULL AND p.valid @> CAST(:now AS timestamptz) AND NOT EXISTS (
            SELECT FROM grid_version v
            WHERE v.grid_id = p.grid_id AND v.valid @> CAST(:now AS timestamptz))""",
    "clock that came due long ago and was not answered": """
        SELECT clock_id AS id FROM stage_clock
        WHERE stopped_at IS NULL AND next_at < CAST(:now AS timestamptz) - interval '1 day'""",
    "table without forced row-level security": """
        SELECT c.relname AS id FROM pg_class c
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
        AND (c.relname = ANY(:guarded) OR EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid))""",
    "role of the service that owns a table": """
        SELECT c.relname AS id FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
        WHERE c.relkind IN ('r', 'p', 'S', 'v', 'm') AND r.rolname = ANY(:roles)""",
    "role of the service that passes row-level security": """
        SELECT rolname AS id FROM pg_roles
        WHERE rolname = ANY(:roles) AND (rolsuper OR rolbypassrls)""",
}
#: What will do harm one day, or cannot be mended here.
WARNINGS: Mapping[str, str] = {
    "photograph named more than a day ago that has not arrived": """
        SELECT DISTINCT e.named_in AS id FROM evidence e
        WHERE e.named_at < CAST(:now AS timestamptz) - interval '1 day'
        AND NOT EXISTS (SELECT FROM photo p WHERE p.sha256 = e.sha256)""",
    # In December the next year's limits are counted already.
    "year whose make-up workdays are not in the calendar": """
        SELECT DISTINCT y AS id FROM (VALUES
            (extract(year FROM CAST(:now AS timestamptz) AT TIME ZONE 'Asia/Shanghai')),
            (extract(year FROM (CAST(:now AS timestamptz) + interval '31 days')
                AT TIME ZONE 'Asia/Shanghai'))) v (y)
        WHERE NOT EXISTS (SELECT FROM calendar_year c WHERE c.year = y AND c.published)""",
}
#: Tables whose rows are seen by scope only.
GUARDED = (
    *("incident", "report", "evidence", "decision", "action", "task", "queue_entry"),
    *("stage_clock", "report_text", "action_text", "event", "offer"),
)
SERVICE_ROLES = ("gridsvc_app", "gridsvc_intake", "gridsvc_guard")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The rows that one check found."""

    check: str
    count: int
    #: the first of them
    ids: tuple[str, ...]


def ask(connection: Connection, check: str, query: str, now: datetime, most: int) -> Found:
    """Run one check and return the first rows in breach, and how many there are."""
    known = {"now": now, "guarded": list(GUARDED), "roles": list(SERVICE_ROLES), "most": most}
    statement = text(
        f"SELECT id::text AS id, count(*) OVER () AS of FROM ({query}) f ORDER BY 1 LIMIT :most"
    )
    # `known` may hold more than a query asks for; only what it names is sent.
    wanted = {name: known[name] for name in statement.compile().params}
    rows = list(connection.execute(statement, wanted))
    return Found(check=check, count=rows[0].of if rows else 0, ids=tuple(row.id for row in rows))


def transitions_written(connection: Connection) -> frozenset[tuple[str, str]]:
    """Return the changes of state that the database allows."""
    rows = connection.execute(text("SELECT from_state, to_state FROM transition"))
    return frozenset((row.from_state, row.to_state) for row in rows)
