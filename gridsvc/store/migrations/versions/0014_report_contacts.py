"""How a reporter may be reached: read by nobody, opened by a dispatcher and written down.

The service may insert a contact, see that there is one and delete it. What it says comes out
of one function alone, which keeps to the scope of whoever asks and writes the read down.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

#: Owns the functions that must see every row whoever calls them; see 0002.
GUARD = "gridsvc_guard"


def upgrade() -> None:
    op.add_column("logged_read", sa.Column("reason", sa.Text()))
    op.create_table(
        "report_contact",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.report_id"], name=op.f("report_contact_report_id_fkey")
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("report_contact_pkey")),
    )
    seen = "EXISTS (SELECT FROM report p WHERE p.report_id = report_contact.report_id)"
    op.execute("ALTER TABLE report_contact ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE report_contact FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY report_contact_read ON report_contact FOR SELECT USING ({seen})")
    op.execute("CREATE POLICY report_contact_write ON report_contact FOR INSERT WITH CHECK (true)")
    op.execute(f"CREATE POLICY report_contact_erase ON report_contact FOR DELETE USING ({seen})")
    op.execute(
        f"CREATE POLICY report_contact_guard ON report_contact FOR SELECT TO {GUARD} USING (true)"
    )
    op.execute("GRANT INSERT, DELETE, SELECT (report_id) ON report_contact TO gridsvc_app")
    op.execute("GRANT INSERT ON report_contact TO gridsvc_intake")
    op.execute(f"GRANT SELECT ON report_contact TO {GUARD}")
    op.execute(f"GRANT INSERT ON logged_read TO {GUARD}")
    op.execute(f"GRANT USAGE ON SEQUENCE logged_read_read_id_seq TO {GUARD}")
    op.execute(
        """CREATE FUNCTION open_contacts(uuid, uuid, timestamptz, text)
        RETURNS TABLE (report_id uuid, received_at timestamptz, contact text)
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
        BEGIN
            IF NOT EXISTS (SELECT FROM incident i WHERE i.incident_id = $1
                           AND i.scope_keys && gridsvc_scope()) THEN
                RETURN;
            END IF;
            INSERT INTO logged_read (account_id, kind, subject_id, at, reason)
                VALUES ($2, 'reporter_contact', $1::text, $3, $4);
            RETURN QUERY SELECT r.report_id, r.received_at, c.contact
                FROM report r JOIN report_contact c USING (report_id)
                JOIN incident i USING (incident_id)
                WHERE i.incident_id = $1 OR i.joined_into = $1
                ORDER BY r.received_at, r.report_id;
        END $$"""
    )
    function = "open_contacts(uuid, uuid, timestamptz, text)"
    op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO gridsvc_app")
    op.execute(f"GRANT {GUARD} TO CURRENT_USER")
    op.execute(f"GRANT CREATE ON SCHEMA public TO {GUARD}")
    op.execute(f"ALTER FUNCTION {function} OWNER TO {GUARD}")
    op.execute(f"REVOKE CREATE ON SCHEMA public FROM {GUARD}")
    op.execute(f"REVOKE {GUARD} FROM CURRENT_USER")


def downgrade() -> None:
    op.execute(f"GRANT {GUARD} TO CURRENT_USER")
    op.execute("DROP FUNCTION open_contacts(uuid, uuid, timestamptz, text)")
    op.execute(f"REVOKE {GUARD} FROM CURRENT_USER")
    op.drop_table("report_contact")
    op.drop_column("logged_read", "reason")
