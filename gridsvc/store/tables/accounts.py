"""Who may sign in: accounts, sessions, API keys, and the record of sign-ins and logged reads."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.store.tables.row import Row


class AccountRow(Row):
    """A way in; what it may do follows from the posts its officer holds."""

    __tablename__ = "account"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.officer_id"), index=True)
    #: person, resident or machine.
    kind: Mapped[str]
    #: May act for any officer, in a database marked demo only.
    may_act_for: Mapped[bool] = mapped_column(server_default="false")
    failed_count: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]


class SessionRow(Row):
    """A browser's session, found by the SHA-256 of its cookie."""

    __tablename__ = "session"
    __table_args__ = (Index("session_expires_at_idx", "expires_at"),)

    token_digest: Mapped[bytes] = mapped_column(LargeBinary(), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"), index=True)
    csrf: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ApiKeyRow(Row):
    """A machine's key, found by its SHA-256."""

    __tablename__ = "api_key"

    key_digest: Mapped[bytes] = mapped_column(LargeBinary(), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"), index=True)
    label: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignInRow(Row):
    """One attempt to sign in; a login that nobody has is not kept."""

    __tablename__ = "sign_in"
    __table_args__ = (
        Index(
            "sign_in_unknown_idx",
            "login_digest",
            "at",
            postgresql_where=text("login_digest IS NOT NULL"),
        ),
        Index("sign_in_at_idx", "at"),
    )

    sign_in_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.account_id"), index=True)
    at: Mapped[datetime]
    #: signed_in, wrong_password, unknown or locked.
    outcome: Mapped[str]
    #: The first two bytes of an unknown login's SHA-256: enough to count attempts, too few to
    #: find out what was typed, which may have been a password in the wrong field.
    login_digest: Mapped[bytes | None] = mapped_column(LargeBinary())


class LoggedReadRow(Row):
    """A read of something sensitive: who, what kind, which one, when, and what for."""

    __tablename__ = "logged_read"

    read_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"), index=True)
    kind: Mapped[str]
    subject_id: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str | None]
