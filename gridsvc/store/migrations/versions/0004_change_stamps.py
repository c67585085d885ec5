"""Say when reference data have changed, so that caches of them are exact."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: What each stamp watches: every table that the reading behind it looks at.
WATCHED = {
    "posts": ["post", "post_holder", "division", "grid", "grid_version"],
    "rules": ["rules"],
    "generations": ["generation"],
    "lists": ["matter", "filing_condition", "department", "calendar_day", "calendar_year"],
}


def upgrade() -> None:
    op.create_table(
        "change_stamp",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("change_stamp_pkey")),
    )
    op.execute("GRANT SELECT ON change_stamp TO gridsvc_app, gridsvc_intake")
    op.execute("GRANT UPDATE (version) ON change_stamp TO gridsvc_app")
    op.execute(
        """CREATE FUNCTION stamp_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            UPDATE change_stamp SET version = version + 1 WHERE kind = TG_ARGV[0];
            RETURN NULL;
        END $$"""
    )
    for kind, tables in WATCHED.items():
        op.execute(f"INSERT INTO change_stamp VALUES ('{kind}', 1)")
        for table in tables:
            op.execute(
                f"CREATE TRIGGER {table}_stamped AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
                f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION stamp_change('{kind}')"
            )


def downgrade() -> None:
    for tables in WATCHED.values():
        for table in tables:
            op.execute(f"DROP TRIGGER {table}_stamped ON {table}")
    op.execute("DROP FUNCTION stamp_change()")
    op.drop_table("change_stamp")
