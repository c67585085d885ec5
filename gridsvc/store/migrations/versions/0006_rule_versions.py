"""Versions of the rules that are drafted, proposed and opened by a second person."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("rules", "effective_at", nullable=True)
    op.drop_constraint("rules_effective_at_key", "rules", type_="unique")
    op.add_column("rules", sa.Column("state", sa.Text(), server_default="opened", nullable=False))
    op.add_column(
        "rules", sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False)
    )
    for name in ("drafted_by", "proposed_by", "opened_by"):
        op.add_column("rules", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("rules", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("rules_opened_from_check"), "rules", "state <> 'opened' OR effective_at IS NOT NULL"
    )
    op.create_check_constraint(
        op.f("rules_four_eyes_check"), "rules", "state <> 'opened' OR opened_by <> proposed_by"
    )
    op.create_index(
        "rules_opened_from_idx",
        "rules",
        ["effective_at"],
        unique=True,
        postgresql_where=sa.text("state = 'opened'"),
    )
    op.execute(
        """CREATE FUNCTION refuse_opened_rules() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'rules % have been opened; open others to replace them', OLD.version
                USING ERRCODE = 'restrict_violation';
        END $$"""
    )
    op.execute(
        """CREATE TRIGGER rules_opened BEFORE UPDATE ON rules FOR EACH ROW
        WHEN (OLD.state = 'opened' AND (OLD.version, OLD.body, OLD.effective_at)
              IS DISTINCT FROM (NEW.version, NEW.body, NEW.effective_at))
        EXECUTE FUNCTION refuse_opened_rules()"""
    )


def downgrade() -> None:
    raise RuntimeError("drafts would be lost; restore a backup instead")
