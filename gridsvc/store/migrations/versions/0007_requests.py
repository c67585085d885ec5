"""Extension, suspension, supervision, appeal and reopening; what is done to a clock is appended."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
OF_INCIDENT = (
    sa.Column("request", sa.Text(), nullable=True),
    sa.Column("asked_by", sa.BigInteger(), nullable=True),
    sa.Column("asked_at", INSTANT, nullable=True),
    sa.Column("asked_until", INSTANT, nullable=True),
    sa.Column("granted_by", ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
    sa.Column("extension_count", sa.BigInteger(), server_default="0", nullable=False),
    sa.Column("suspended_until", INSTANT, nullable=True),
    sa.Column("suspension_count", sa.BigInteger(), server_default="0", nullable=False),
    sa.Column("supervised_by", sa.Text(), nullable=True),
    sa.Column("supervised_until", INSTANT, nullable=True),
    sa.Column("is_force_closed", sa.Boolean(), server_default="false", nullable=False),
    sa.Column("has_appealed", sa.Boolean(), server_default="false", nullable=False),
    sa.Column("exempted_at", INSTANT, nullable=True),
    sa.Column("satisfaction", sa.Text(), nullable=True),
    sa.Column("reopen_count", sa.BigInteger(), server_default="0", nullable=False),
)
OF_CLOCK = (
    sa.Column("limit_amount", sa.Float(), nullable=True),
    sa.Column("limit_kind", sa.Text(), nullable=True),
    sa.Column("paused_at", INSTANT, nullable=True),
)


def upgrade() -> None:
    for column in OF_INCIDENT:
        op.add_column("incident", column)
    op.create_foreign_key(
        op.f("incident_asked_by_fkey"), "incident", "officer", ["asked_by"], ["officer_id"]
    )
    for column in OF_CLOCK:
        op.add_column("stage_clock", column)
    op.create_table(
        "clock_change",
        sa.Column("change_id", sa.BigInteger(), nullable=False),
        sa.Column("clock_id", sa.BigInteger(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=True),
        sa.Column("limit_amount", sa.Float(), nullable=True),
        sa.Column("limit_kind", sa.Text(), nullable=True),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["clock_id"], ["stage_clock.clock_id"], name=op.f("clock_change_clock_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.incident_id"], name=op.f("clock_change_incident_id_fkey")
        ),
        sa.PrimaryKeyConstraint("change_id", name=op.f("clock_change_pkey")),
        sa.UniqueConstraint("clock_id", "seq", name=op.f("clock_change_clock_id_seq_key")),
    )
    op.create_index("report_account_id_idx", "report", ["account_id", "received_at"])
    op.execute("GRANT SELECT, INSERT ON clock_change TO gridsvc_app")
    op.execute("GRANT USAGE ON SEQUENCE clock_change_change_id_seq TO gridsvc_app")
    seen = "EXISTS (SELECT FROM incident i WHERE i.incident_id = clock_change.incident_id)"
    op.execute("ALTER TABLE clock_change ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE clock_change FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY clock_change_read ON clock_change FOR SELECT USING ({seen})")
    op.execute("CREATE POLICY clock_change_write ON clock_change FOR INSERT WITH CHECK (true)")
    op.execute(
        "CREATE TRIGGER clock_change_appended BEFORE UPDATE OR DELETE ON clock_change "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER clock_change_kept BEFORE TRUNCATE ON clock_change "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_index("report_account_id_idx", "report")
    op.drop_table("clock_change")
    for column in OF_CLOCK:
        op.drop_column("stage_clock", column.name)
    for column in OF_INCIDENT:
        op.drop_column("incident", column.name)
