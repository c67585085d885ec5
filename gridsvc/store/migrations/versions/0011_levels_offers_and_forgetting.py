"""The level that a person chose, offers to participants, and what has been forgotten."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
OF_INCIDENT = (
    sa.Column("chosen_level", sa.Text(), nullable=True),
    sa.Column("solved_level", sa.Text(), nullable=True),
    sa.Column("forget_at", INSTANT, nullable=True),
)
OF_PHOTO = (
    sa.Column("original_ended_at", INSTANT, nullable=True),
    sa.Column("original_removed_at", INSTANT, nullable=True),
    sa.Column("ended_at", INSTANT, nullable=True),
    sa.Column("removed_at", INSTANT, nullable=True),
)
UNREMOVED = sa.text(
    "original_ended_at IS NOT NULL AND original_removed_at IS NULL "
    "OR ended_at IS NOT NULL AND removed_at IS NULL"
)


def upgrade() -> None:
    for column in OF_INCIDENT:
        op.add_column("incident", column)
    # Row-level security is forced on the owner too; what was closed before is forgotten in time.
    op.execute("SELECT set_config('gridsvc.scope', '*', true)")
    op.execute("UPDATE incident SET forget_at = closed_at + interval '90 days'")
    op.create_index(
        "incident_forget_at_idx",
        "incident",
        ["forget_at"],
        postgresql_where=sa.text("forget_at IS NOT NULL"),
    )
    for column in OF_PHOTO:
        op.add_column("photo", column)
    op.create_index("photo_unremoved_idx", "photo", ["sha256"], postgresql_where=UNREMOVED)
    op.create_table(
        "offer",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("grid_id", sa.BigInteger(), nullable=False),
        sa.Column("matter_code", sa.Text(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("taken_by", sa.BigInteger(), nullable=True),
        sa.Column("taken_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("scope_keys", ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint(
            "(taken_by IS NULL) = (taken_at IS NULL)", name=op.f("offer_taken_by_somebody_check")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.incident_id"], name=op.f("offer_incident_id_fkey")
        ),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.grid_id"], name=op.f("offer_grid_id_fkey")),
        sa.ForeignKeyConstraint(
            ["matter_code"], ["matter.code"], name=op.f("offer_matter_code_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.account_id"], name=op.f("offer_made_by_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["officer.officer_id"], name=op.f("offer_taken_by_fkey")
        ),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("offer_pkey")),
    )
    op.create_index("offer_incident_id_idx", "offer", ["incident_id"])
    op.create_index(
        "offer_open_idx", "offer", ["made_at"], postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_index(
        "event_level_idx", "event", ["at"], postgresql_where=sa.text("kind = 'level_chosen'")
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON offer TO gridsvc_app")
    op.execute("ALTER TABLE offer ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE offer FORCE ROW LEVEL SECURITY")
    seen = "scope_keys && (SELECT gridsvc_scope())"
    op.execute(f"CREATE POLICY offer_read ON offer FOR SELECT USING ({seen})")
    op.execute("CREATE POLICY offer_write ON offer FOR INSERT WITH CHECK (true)")
    op.execute(f"CREATE POLICY offer_change ON offer FOR UPDATE USING ({seen})")


def downgrade() -> None:
    op.drop_index("event_level_idx", "event")
    op.drop_table("offer")
    op.drop_index("photo_unremoved_idx", "photo")
    for column in OF_PHOTO:
        op.drop_column("photo", column.name)
    op.drop_index("incident_forget_at_idx", "incident")
    for column in OF_INCIDENT:
        op.drop_column("incident", column.name)
