"""Keep what intake and the page of a queue read small, however much is stored.

A desk that stands in for many at night has thousands of open tasks; reading each row of them
for its minutes costs a batch of reports more than writing it. An index is read alone only
where pages are known to be visible to all, so the table is vacuumed as it grows.

The open task of an incident has an index of its own: without one, and with few tasks open
when the table was last looked at, the planner goes through all that are open.

Row-level security looks an incident up for each place in a queue, and the page of the queue
looks the same incident up again, by the same rule. The function leaves the first look out.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

#: Owns the functions that must see every row whoever calls them; see 0002.
GUARD = "gridsvc_guard"


def upgrade() -> None:
    op.drop_index("task_open_post_idx", "task")
    op.execute(
        "CREATE INDEX task_open_post_idx ON task (post_id) INCLUDE (minutes) "
        "WHERE finished_at IS NULL"
    )
    op.execute(
        "CREATE INDEX task_open_incident_idx ON task (incident_id) WHERE finished_at IS NULL"
    )
    op.execute(
        "ALTER TABLE task SET (autovacuum_vacuum_insert_scale_factor = 0, "
        "autovacuum_vacuum_insert_threshold = 5000)"
    )
    # A server may have been built without lz4; then its own way stays.
    op.execute(
        """DO $$ BEGIN
            ALTER TABLE decision ALTER COLUMN answer SET COMPRESSION lz4;
        EXCEPTION WHEN feature_not_supported THEN NULL; END $$"""
    )
    # Ids alone, for a statement that joins them to incidents and so keeps to the scope.
    op.execute(
        """CREATE FUNCTION incidents_in_queue(text) RETURNS SETOF uuid
        LANGUAGE sql STABLE SECURITY DEFINER ROWS 1000 SET search_path = public AS $$
            SELECT incident_id FROM queue_entry
            WHERE division_code = $1 AND left_at IS NULL $$"""
    )
    op.execute("REVOKE ALL ON FUNCTION incidents_in_queue(text) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION incidents_in_queue(text) TO gridsvc_app")
    op.execute(f"GRANT {GUARD} TO CURRENT_USER")
    op.execute(f"GRANT CREATE ON SCHEMA public TO {GUARD}")
    op.execute(f"ALTER FUNCTION incidents_in_queue(text) OWNER TO {GUARD}")
    op.execute(f"REVOKE CREATE ON SCHEMA public FROM {GUARD}")
    # Its policies hold for its members too: left one, the owner would see every incident.
    op.execute(f"REVOKE {GUARD} FROM CURRENT_USER")


def downgrade() -> None:
    op.execute(f"GRANT {GUARD} TO CURRENT_USER")
    op.execute("DROP FUNCTION incidents_in_queue(text)")
    op.execute(f"REVOKE {GUARD} FROM CURRENT_USER")
    op.drop_index("task_open_incident_idx", "task")
    op.execute("ALTER TABLE decision ALTER COLUMN answer SET COMPRESSION default")
    op.execute(
        "ALTER TABLE task RESET (autovacuum_vacuum_insert_scale_factor, "
        "autovacuum_vacuum_insert_threshold)"
    )
    op.drop_index("task_open_post_idx", "task")
    op.create_index(
        "task_open_post_idx", "task", ["post_id"], postgresql_where="finished_at IS NULL"
    )
