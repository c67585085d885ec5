"""Millions of stored incidents, made by SQL in minutes, and the pages asked of them."""

import statistics
import time
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text

from gridsvc.core.incident_list import Order, Wanted
from gridsvc.services.context import Context
from gridsvc.services.incidents import list_incidents
from gridsvc.store.incident_pages import page_statement

#: Columns with one value for all; the rest differs row by row. Triggers and foreign keys are
#: passed by, and indexes are made afterwards: only a superuser can do that, and only here.
FILL = """
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '1GB';
CREATE TEMP TABLE ground AS
    SELECT row_number() OVER (ORDER BY g.grid_id) - 1 AS n, g.grid_id,
           g.community_code AS community, d.path[2] AS town, d.path[1] AS city,
           ST_PointOnSurface(v.outline) AS place
    FROM grid g JOIN division d ON d.code = g.community_code JOIN grid_version v USING (grid_id)
    WHERE d.is_home AND upper_inf(v.valid);
CREATE UNIQUE INDEX ON ground (n);
CREATE TEMP TABLE kind AS
    SELECT row_number() OVER (ORDER BY c.code) - 1 AS n, c.code, c.matter_code, m.department_code
    FROM filing_condition c JOIN matter m ON m.code = c.matter_code;
"""
INCIDENTS = """
INSERT INTO incident (incident_id, number, state, version, event_seq, source, matter_code,
    condition_code, department_code, tier, level, place, match, grid_id, grid_generation,
    owner_grid_id, owner_generation, community_code, town_code, city_code, observed_at,
    received_at, warn_at, due_at, closed_at, solvers, scope_keys)
SELECT gen_random_uuid(), '00000000-' || lpad(s::text, 8, '0'),
    CASE WHEN s <= %(open)s THEN 'filed' ELSE 'closed' END, 1, 4, 'inspector', k.matter_code,
    k.code, k.department_code, 'handling', 'town', g.place, 'inside', g.grid_id, 1, g.grid_id, 1,
    g.community, g.town, g.city, at, at, at + interval '20 hours', at + interval '1 day',
    CASE WHEN s > %(open)s THEN at + interval '9 hours' END, '{}',
    ARRAY['*', g.community, g.community || '/' || k.department_code, g.town,
          g.town || '/' || k.department_code, g.city, g.city || '/' || k.department_code,
          'g' || g.grid_id, 'p' || s %% 9000, 'a' || %(account)s]
FROM generate_series(1, %(count)s) s
JOIN ground g ON g.n = (s::bigint * 7919) %% (SELECT count(*) FROM ground)
JOIN kind k ON k.n = s %% (SELECT count(*) FROM kind)
CROSS JOIN LATERAL (SELECT now() - CASE WHEN s <= %(open)s THEN interval '2 days' ELSE
    interval '700 days' END * (s::float / %(count)s) AS at) t
"""
REST = [
    """INSERT INTO queue_entry (incident_id, division_code, reason, since)
    SELECT incident_id, town_code, 'nobody_available', received_at FROM incident
    WHERE state = 'filed'""",
    """INSERT INTO report (report_id, incident_id, account_id, source, observed_at, received_at,
        raw_lon, raw_lat, datum, place_source, place, matter_code, flags, content_digest)
    SELECT gen_random_uuid(), incident_id, %(account)s, source, observed_at, received_at, 0, 0,
        'cgcs2000', 'gps', place, matter_code, '{}', '' FROM incident""",
    """INSERT INTO decision (decision_id, incident_id, seq, purpose, made_at, rules_version,
        generation, answer, world_digest)
    SELECT gen_random_uuid(), incident_id, 1, 'first', received_at, 1, 1, '{}', '' FROM incident""",
    # What is open has an open task beside its place in the queue: with none open, the planner
    # learns that to go through all of them costs nothing, which is true of no city.
    """INSERT INTO task (task_id, incident_id, kind, post_id, state, created_at, finished_at,
        decision_id, minutes)
    SELECT gen_random_uuid(), incident_id, 'handle',
        posts[1 + (hashtext(number) & 2147483647) % cardinality(posts)],
        CASE state WHEN 'closed' THEN 'done' ELSE 'open' END, received_at, closed_at,
        decision_id, 30
    FROM incident JOIN decision USING (incident_id),
        (SELECT array_agg(post_id) AS posts FROM post) p""",
    """INSERT INTO stage_clock (incident_id, stage, starts_at, due_at, stopped_at)
    SELECT incident_id, 'handle', received_at, due_at, coalesce(closed_at, received_at)
    FROM incident""",
    """INSERT INTO event (xid, subject, subject_id, seq, kind, at, body, scope_keys)
    SELECT '3'::xid8, 'incident', incident_id::text, n, 'filed', received_at, '{}', '{*}'
    FROM incident, generate_series(1, 4) n""",
]
FILLED = ("incident", "queue_entry", "report", "decision", "task", "stage_clock", "event")


def fill(connection: psycopg.Connection[Any], count: int, open_count: int) -> None:
    """Store so many incidents with their report, decision, task, clock and four events each."""
    [account] = connection.execute("SELECT account_id FROM account LIMIT 1").fetchone() or ("",)
    connection.execute(FILL)
    indexes = connection.execute(
        """SELECT c.relname, pg_get_indexdef(i.indexrelid), i.indrelid::regclass::text, con.conname,
            pg_get_constraintdef(con.oid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        LEFT JOIN pg_constraint con ON con.conindid = i.indexrelid AND con.contype = 'u'
        WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary""",
        (list(FILLED),),
    ).fetchall()
    for name, _, table, constraint, _ in indexes:
        connection.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"
            if constraint
            else f"DROP INDEX {name}"
        )
    values = {"count": count, "open": open_count, "account": str(account)}
    for statement in (INCIDENTS, *REST):
        connection.execute(statement, values)
    for _, definition, table, constraint, constraint_definition in indexes:
        connection.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {constraint_definition}"
            if constraint
            else definition
        )
    for table in FILLED:
        connection.execute(f"VACUUM ANALYZE {table}")
    connection.execute("CHECKPOINT")


def queue_page(url: str, times: int = 100) -> dict[str, Any]:
    """Time the pages of the dispatchers of every town's queue, and show the plan of one."""
    ctx = Context.open(url, Path("/nonexistent"))
    from gridsvc.core.actor import Actor
    from gridsvc.core.permission import AccountKind, Permission

    with ctx.database.begin() as connection:
        towns = list(
            connection.execute(
                text("SELECT DISTINCT division_code FROM queue_entry WHERE left_at IS NULL")
            ).scalars()
        )
        [account] = connection.execute(text("SELECT account_id FROM account LIMIT 1")).one()
    took = []
    for at in range(times):
        town = towns[at % len(towns)]
        actor = Actor(
            account_id=account, login="bench", kind=AccountKind.PERSON,
            permissions=frozenset({Permission.INCIDENT_READ}), scope=(town, "p0"),
        )  # fmt: skip
        began = time.perf_counter()
        shown = list_incidents(ctx, actor, Wanted(queue=town, is_open=True), Order.DUE, 100)
        took.append(time.perf_counter() - began)
        assert len(shown) == 100
    took.sort()
    statement, values = page_statement(
        Wanted(queue=towns[0], is_open=True), Order.DUE, ctx.clock.now(), 100, None
    )
    with ctx.database.begin((towns[0], "p0")) as connection:
        lines = connection.execute(text(f"EXPLAIN (ANALYZE, BUFFERS) {statement.text}"), values)
        plan = "\n".join(lines.scalars())
    ctx.close()
    return {
        "p50_ms": statistics.median(took) * 1000,
        "p95_ms": took[int(len(took) * 0.95)] * 1000,
        "goal_p95_ms": 50,
        "unit": "ms",
        "plan": plan,
    }
