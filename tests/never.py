"""What must never be found in a database, whatever has happened."""

from typing import Any

from sqlalchemy import text

from gridsvc.services.context import Context

#: Each finds rows that must not be; none may find one, whatever has happened.
NEVER = {
    "an open incident that nobody owns": """
        SELECT incident_id FROM incident i WHERE state NOT IN ('closed', 'voided')
        AND NOT EXISTS (SELECT FROM task t JOIN post p USING (post_id)
                        WHERE t.incident_id = i.incident_id AND t.finished_at IS NULL)
        AND NOT EXISTS (SELECT FROM queue_entry q JOIN division d ON d.code = q.division_code
                        WHERE q.incident_id = i.incident_id AND q.left_at IS NULL
                        AND q.reason <> '')""",
    "work on an incident that has ended": """
        SELECT incident_id FROM incident i WHERE state IN ('closed', 'voided') AND (
            EXISTS (SELECT FROM task t
                    WHERE t.incident_id = i.incident_id AND t.finished_at IS NULL)
            OR EXISTS (SELECT FROM queue_entry q
                       WHERE q.incident_id = i.incident_id AND q.left_at IS NULL)
            OR EXISTS (SELECT FROM stage_clock c
                       WHERE c.incident_id = i.incident_id AND c.stopped_at IS NULL))""",
    "two people who are both told that it is theirs": """
        SELECT incident_id FROM task WHERE finished_at IS NULL
        GROUP BY incident_id HAVING count(*) > 1""",
    "an unfinished task that is in a final state, or the other way round": """
        SELECT task_id FROM task
        WHERE (finished_at IS NULL) <> (state IN ('open', 'acknowledged'))""",
    "two running clocks of one stage": """
        SELECT incident_id FROM stage_clock WHERE stopped_at IS NULL
        GROUP BY incident_id, stage HAVING count(*) > 1""",
    "a clock that waits for an answer nobody was asked for, or has given": """
        SELECT clock_id FROM stage_clock c LEFT JOIN task t USING (task_id)
        WHERE c.stage = 'acknowledge' AND c.stopped_at IS NULL
        AND (t.task_id IS NULL OR t.state <> 'open')""",
    "a place in no grid that nobody was told of": """
        SELECT incident_id FROM incident i WHERE grid_id IS NULL
        AND NOT EXISTS (SELECT FROM report r WHERE r.incident_id = i.incident_id
                        AND 'outside_all_grids' = ANY(r.flags))""",
    "an incident without a decision, or with a gap in them": """
        SELECT incident_id FROM incident LEFT JOIN decision USING (incident_id)
        GROUP BY incident_id HAVING count(decision_id) = 0 OR max(seq) <> count(decision_id)""",
    "a task or queue that no decision or event tells of": """
        SELECT task_id FROM task t LEFT JOIN decision d USING (decision_id)
        WHERE d.incident_id IS DISTINCT FROM t.incident_id""",
    "a gap in a history": """
        SELECT incident_id FROM incident i JOIN event e
            ON e.subject = 'incident' AND e.subject_id = i.incident_id::text
        GROUP BY incident_id, event_seq
        HAVING count(*) <> event_seq OR min(seq) <> 1 OR max(seq) <> event_seq""",
    "an incident without a history": """
        SELECT incident_id FROM incident i WHERE NOT EXISTS (
            SELECT FROM event e WHERE e.subject_id = i.incident_id::text)""",
    "a history that goes back in time": """
        SELECT subject_id FROM (
            SELECT subject_id, at, lag(at) OVER (PARTITION BY subject_id ORDER BY seq) AS before
            FROM event) e WHERE at < before""",
    "an incident that its own event is not shown with": """
        SELECT incident_id FROM incident i JOIN event e
            ON e.subject_id = i.incident_id::text AND e.seq = i.event_seq
        WHERE NOT i.scope_keys <@ e.scope_keys""",
    "a checker who had solved it before": """
        SELECT c.subject_id FROM event c JOIN event s USING (subject, subject_id)
        JOIN incident i ON i.incident_id::text = c.subject_id
        WHERE c.kind IN ('closed', 'rework') AND s.seq < c.seq
        AND (s.kind = 'handled' AND s.body->'officer' = c.body->'officer'
             OR s.kind = 'self_fixed' AND i.reporter_officer_id::text = c.body->>'officer')""",
    "a returned incident that somebody has all the same": """
        SELECT incident_id FROM incident i JOIN task t USING (incident_id)
        WHERE i.state = 'returned' AND t.finished_at IS NULL""",
    "a suspended incident whose clock runs, or a clock that stands still for nothing": """
        SELECT incident_id FROM incident i WHERE (suspended_until IS NOT NULL) <> EXISTS (
            SELECT FROM stage_clock c WHERE c.incident_id = i.incident_id
            AND c.stage = 'handle' AND c.stopped_at IS NULL AND c.paused_at IS NOT NULL)""",
    "a clock that stands still and is never to go on": """
        SELECT clock_id FROM stage_clock
        WHERE paused_at IS NOT NULL AND stopped_at IS NULL AND next_at IS NULL""",
    "something asked for that nobody can answer": """
        SELECT incident_id FROM incident WHERE request IS NOT NULL
        AND state <> CASE request WHEN 'appeal' THEN 'closed' ELSE 'handling' END""",
    "lateness exempted that never was": """
        SELECT incident_id FROM incident WHERE exempted_at IS NOT NULL AND breached_at IS NULL""",
    "more time granted than there is": """
        SELECT incident_id FROM incident
        WHERE extension_count > 2 OR suspension_count > 1 OR reopen_count > 1""",
    "a report that made no incident": """
        SELECT report_id FROM report LEFT JOIN incident USING (incident_id)
        WHERE number IS NULL""",
}


def breaches(ctx: Context) -> dict[str, list[Any]]:
    """Everything in the database that must not be."""
    with ctx.database.begin() as connection:
        found = {
            what: list(connection.execute(text(query)).scalars()) for what, query in NEVER.items()
        }
    return {what: ids for what, ids in found.items() if ids}
