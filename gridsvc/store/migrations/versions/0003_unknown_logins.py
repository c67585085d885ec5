"""Count attempts on unknown logins, so that a lock-out does not tell which logins exist."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in", sa.Column("login_digest", sa.LargeBinary(), nullable=True))
    op.create_index(
        "sign_in_unknown_idx",
        "sign_in",
        ["login_digest", "at"],
        postgresql_where=sa.text("login_digest IS NOT NULL"),
    )
    op.create_index("sign_in_at_idx", "sign_in", ["at"])
    op.execute("GRANT DELETE ON sign_in, logged_read TO gridsvc_app")


def downgrade() -> None:
    op.drop_index("sign_in_at_idx", "sign_in")
    op.drop_index("sign_in_unknown_idx", "sign_in")
    op.drop_column("sign_in", "login_digest")
