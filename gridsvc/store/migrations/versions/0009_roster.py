"""Leave, standing in, and the gaps that decisions found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "officer_leave",
        sa.Column("leave_id", sa.BigInteger(), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column("valid", postgresql.TSTZRANGE(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.officer_id"], name=op.f("officer_leave_officer_id_fkey")
        ),
        sa.PrimaryKeyConstraint("leave_id", name=op.f("officer_leave_pkey")),
        postgresql.ExcludeConstraint(
            (sa.column("officer_id"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="away_once",
        ),
    )
    op.add_column(
        "post_holder", sa.Column("stands_in", sa.Boolean(), server_default="false", nullable=False)
    )
    op.create_index(
        "task_open_officer_idx",
        "task",
        ["officer_id"],
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index(
        "event_gap_idx", "event", ["at"], postgresql_where=sa.text("kind = 'coverage_gap'")
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON officer_leave TO gridsvc_app")
    op.execute("GRANT USAGE ON SEQUENCE officer_leave_leave_id_seq TO gridsvc_app")
    op.execute("GRANT SELECT ON officer_leave TO gridsvc_intake")
    op.execute(
        "CREATE TRIGGER officer_leave_stamped AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
        "ON officer_leave FOR EACH STATEMENT EXECUTE FUNCTION stamp_change('posts')"
    )


def downgrade() -> None:
    op.drop_index("event_gap_idx", "event")
    op.drop_index("task_open_officer_idx", "task")
    op.drop_column("post_holder", "stands_in")
    op.drop_table("officer_leave")
