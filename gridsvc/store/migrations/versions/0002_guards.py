"""Roles, row-level security, append-only history and the guard of invariant 5."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROLES = ("gridsvc_app", "gridsvc_intake")
#: Owns the few functions that must see every incident whoever calls them; nobody logs in as it.
GUARD = "gridsvc_guard"
REFERENCE = [
    "division",
    "division_outline",
    "generation",
    "grid",
    "grid_version",
    "adjacency",
    "context_line",
    "department",
    "matter",
    "filing_condition",
    "calendar_day",
    "calendar_year",
    "officer",
    "officer_person",
    "post",
    "post_holder",
    "rules",
    "installation",
]
ACCOUNTS = ["account", "session", "api_key", "sign_in", "logged_read"]
#: Tables whose rows belong to one incident and are seen by whoever sees the incident.
OF_INCIDENT = ["report", "evidence", "decision", "action", "task", "queue_entry", "stage_clock"]
TEXTS = {"report_text": "report", "action_text": "action"}
APPENDED = ("event", "decision")


def upgrade() -> None:
    op.execute("CREATE SEQUENCE incident_number_seq")
    for role in (*ROLES, GUARD):
        op.execute(
            f"""DO $$ BEGIN
                CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"""
        )
        op.execute(f"GRANT {role} TO CURRENT_USER")
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    grant()
    secure_rows()
    append_only()
    guard_incidents()
    intake_functions()
    op.execute(SchemaManager.get_schema())
    op.execute(
        """DO $$ DECLARE t text; BEGIN
            FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
                     AND tablename LIKE 'procrastinate_%' LOOP
                EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO gridsvc_app', t);
            END LOOP;
        END $$"""
    )
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO gridsvc_app")


def grant() -> None:
    """The app may not delete what must be remembered; intake may only insert."""
    incident_tables = ["incident", *OF_INCIDENT, *TEXTS, "photo"]
    changing = [t for t in incident_tables if t not in APPENDED]
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {', '.join(changing + ACCOUNTS)} TO gridsvc_app")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {', '.join(REFERENCE)} TO gridsvc_app")
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPENDED)} TO gridsvc_app")
    op.execute("GRANT SELECT ON transition, spatial_ref_sys TO gridsvc_app")
    op.execute(
        "GRANT DELETE ON report_text, action_text, officer_person, session, photo, "
        "context_line TO gridsvc_app"
    )
    seen = [t for t in REFERENCE if t not in ("officer_person", "context_line")]
    op.execute(f"GRANT SELECT ON {', '.join(seen)} TO gridsvc_intake")
    op.execute(
        "GRANT INSERT ON incident, report, report_text, evidence, decision, task, "
        "queue_entry, stage_clock, event TO gridsvc_intake"
    )
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO gridsvc_intake")


def secure_rows() -> None:
    """Without a scope nothing is seen; the owner of the tables is held to it too."""
    op.execute(
        """CREATE FUNCTION gridsvc_scope() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS
        $$ SELECT string_to_array(current_setting('gridsvc.scope', true), ',') $$"""
    )
    seen = {"incident": "scope_keys && (SELECT gridsvc_scope())"}
    for table in OF_INCIDENT:
        seen[table] = f"EXISTS (SELECT FROM incident i WHERE i.incident_id = {table}.incident_id)"
    for table, parent in TEXTS.items():
        key = f"{parent}_id"
        seen[table] = f"EXISTS (SELECT FROM {parent} p WHERE p.{key} = {table}.{key})"
    seen["event"] = (
        "scope_keys && (SELECT gridsvc_scope()) OR (subject = 'incident' AND EXISTS "
        "(SELECT FROM incident i WHERE i.incident_id::text = event.subject_id))"
    )
    for table in ("incident", "task", "queue_entry", "report"):
        op.execute(f"GRANT SELECT ON {table} TO {GUARD}")
        op.execute(f"CREATE POLICY {table}_guard ON {table} FOR SELECT TO {GUARD} USING (true)")
    for table, condition in seen.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({condition})")
        op.execute(f"CREATE POLICY {table}_write ON {table} FOR INSERT WITH CHECK (true)")
        op.execute(f"CREATE POLICY {table}_change ON {table} FOR UPDATE USING ({condition})")
        op.execute(f"CREATE POLICY {table}_erase ON {table} FOR DELETE USING ({condition})")


def append_only() -> None:
    """Not even the owner edits history by accident."""
    op.execute(
        """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION '% is appended to, never changed', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END $$"""
    )
    for table in APPENDED:
        op.execute(
            f"CREATE TRIGGER {table}_appended BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def guard_incidents() -> None:
    """Illegal changes of state cannot be written, nor an open incident that nobody owns."""
    op.execute(
        """CREATE FUNCTION refuse_illegal_transition() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (SELECT FROM transition t
                           WHERE t.from_state = OLD.state AND t.to_state = NEW.state) THEN
                RAISE EXCEPTION 'incident % cannot go from % to %',
                    NEW.incident_id, OLD.state, NEW.state USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$"""
    )
    op.execute(
        """CREATE TRIGGER incident_transition BEFORE UPDATE OF state ON incident
        FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
        EXECUTE FUNCTION refuse_illegal_transition()"""
    )
    # Runs at commit, when the task or queue entry of the same transaction is there too.
    op.execute(
        """CREATE FUNCTION refuse_unowned() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public AS $$
        BEGIN
            IF EXISTS (SELECT FROM incident i WHERE i.incident_id = NEW.incident_id
                       AND i.state NOT IN ('closed', 'voided'))
               AND NOT EXISTS (SELECT FROM task t WHERE t.incident_id = NEW.incident_id
                               AND t.finished_at IS NULL)
               AND NOT EXISTS (SELECT FROM queue_entry q WHERE q.incident_id = NEW.incident_id
                               AND q.left_at IS NULL) THEN
                RAISE EXCEPTION 'incident % would belong to nobody', NEW.incident_id
                    USING ERRCODE = 'check_violation',
                    HINT = 'An open incident needs an open task or a place in a queue.';
            END IF;
            RETURN NULL;
        END $$"""
    )
    for table, when in {
        "incident": "AFTER INSERT OR UPDATE OF state ON incident",
        "task": "AFTER UPDATE OF finished_at ON task",
        "queue_entry": "AFTER UPDATE OF left_at ON queue_entry",
    }.items():
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_owned {when} DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION refuse_unowned()"
        )


def intake_functions() -> None:
    """The two things intake must know without being able to read any row."""
    definer = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public"
    op.execute(
        f"""CREATE FUNCTION receipts_of(uuid[]) RETURNS TABLE (
            report_id uuid, account_id uuid, incident_id uuid, content_digest bytea,
            received_at timestamptz, flags text[]) {definer} AS $$
            SELECT report_id, account_id, incident_id, content_digest, received_at, flags
            FROM report WHERE report_id = ANY($1) $$"""
    )
    op.execute(
        f"""CREATE FUNCTION open_minutes_of(bigint[]) RETURNS TABLE (
            post_id bigint, minutes bigint) {definer} AS $$
            SELECT post_id, sum(minutes)::bigint FROM task
            WHERE post_id = ANY($1) AND finished_at IS NULL GROUP BY post_id $$"""
    )
    op.execute(f"GRANT CREATE ON SCHEMA public TO {GUARD}")
    op.execute(f"ALTER FUNCTION refuse_unowned() OWNER TO {GUARD}")
    for function in ("receipts_of(uuid[])", "open_minutes_of(bigint[])"):
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO gridsvc_app, gridsvc_intake")
        op.execute(f"ALTER FUNCTION {function} OWNER TO {GUARD}")
    op.execute(f"REVOKE CREATE ON SCHEMA public FROM {GUARD}")
    # The guard's policies hold for its members too: left one, the owner would see every incident.
    op.execute(f"REVOKE {GUARD} FROM CURRENT_USER")


def downgrade() -> None:
    raise RuntimeError("the foundation is where history begins; restore a backup instead")
