"""What a photograph hints at, held against the report or action that named it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "photo_hint",
        sa.Column("named_in", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("distance_m", sa.BigInteger(), nullable=True),
        sa.Column("time", sa.Text(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=True),
        sa.Column("direction_deg", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.incident_id"], name=op.f("photo_hint_incident_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["photo.sha256"], name=op.f("photo_hint_sha256_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("named_in", "sha256", name=op.f("photo_hint_pkey")),
    )
    op.create_index("photo_hint_sha256_idx", "photo_hint", ["sha256"])
    op.execute("GRANT SELECT, INSERT, DELETE ON photo_hint TO gridsvc_app")
    seen = "EXISTS (SELECT FROM incident i WHERE i.incident_id = photo_hint.incident_id)"
    op.execute("ALTER TABLE photo_hint ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE photo_hint FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY photo_hint_read ON photo_hint FOR SELECT USING ({seen})")
    op.execute("CREATE POLICY photo_hint_write ON photo_hint FOR INSERT WITH CHECK (true)")
    op.execute(f"CREATE POLICY photo_hint_erase ON photo_hint FOR DELETE USING ({seen})")


def downgrade() -> None:
    op.drop_table("photo_hint")
