"""Incidents that a person took for the same as another."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joining",
        sa.Column("joining_id", sa.BigInteger(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("incident_id <> into_id", name=op.f("joining_two_incidents_check")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.incident_id"], name=op.f("joining_incident_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["incident.incident_id"], name=op.f("joining_into_id_fkey")
        ),
        sa.PrimaryKeyConstraint("joining_id", name=op.f("joining_pkey")),
    )
    op.create_index(
        "joining_one_open_idx",
        "joining",
        ["incident_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_index(
        "joining_into_id_idx", "joining", ["into_id"], postgresql_where=sa.text("left_at IS NULL")
    )
    op.add_column("incident", sa.Column("joined_into", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("incident_joined_into_fkey"), "incident", "incident", ["joined_into"], ["incident_id"]
    )
    op.create_index(
        "incident_joined_into_idx",
        "incident",
        ["joined_into"],
        postgresql_where=sa.text("joined_into IS NOT NULL"),
    )
    op.create_index(
        "incident_closed_at_idx",
        "incident",
        ["closed_at"],
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON joining TO gridsvc_app")
    op.execute("GRANT USAGE ON SEQUENCE joining_joining_id_seq TO gridsvc_app")
    seen = "EXISTS (SELECT FROM incident i WHERE i.incident_id = joining.incident_id)"
    op.execute("ALTER TABLE joining ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE joining FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY joining_read ON joining FOR SELECT USING ({seen})")
    op.execute("CREATE POLICY joining_write ON joining FOR INSERT WITH CHECK (true)")
    op.execute(f"CREATE POLICY joining_change ON joining FOR UPDATE USING ({seen})")


def downgrade() -> None:
    op.drop_index("incident_closed_at_idx", "incident")
    op.drop_column("incident", "joined_into")
    op.drop_table("joining")
