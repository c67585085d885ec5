"""Accounts, sessions, API keys and sign-ins: what is written when somebody comes in.

Times of sessions and lock-outs are the machine's. Whom a cookie or key belongs to is
asked in `identities`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, case, delete, func, insert, null, select, update

from gridsvc.core.officer import OfficerId
from gridsvc.core.permission import AccountKind
from gridsvc.store.tables.accounts import (
    AccountRow,
    ApiKeyRow,
    LoggedReadRow,
    SessionRow,
    SignInRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A way in, as stored."""

    account_id: UUID
    login: str
    password_hash: str | None = None
    officer_id: OfficerId | None = None
    kind: AccountKind = AccountKind.PERSON
    may_act_for: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a sign-in is judged by."""

    account_id: UUID
    password_hash: str | None
    locked_until: datetime | None


def add_accounts(connection: Connection, accounts: Sequence[Account]) -> None:
    """Add accounts; a login that exists already is an integrity error."""
    connection.execute(
        insert(AccountRow),
        [
            {
                "account_id": account.account_id,
                "login": account.login,
                "password_hash": account.password_hash,
                "officer_id": account.officer_id,
                "kind": account.kind.value,
                "may_act_for": account.may_act_for,
            }
            for account in accounts
        ],
    )


def account_ids_by_login(connection: Connection, logins: Sequence[str]) -> dict[str, UUID]:
    """Return the accounts that have these logins."""
    rows = connection.execute(
        select(AccountRow.login, AccountRow.account_id).where(AccountRow.login.in_(logins))
    )
    return {row.login: row.account_id for row in rows}


def set_password_hash(connection: Connection, account_id: UUID, password_hash: str) -> None:
    """Give an account another password, and an empty record of failures."""
    connection.execute(
        update(AccountRow)
        .where(AccountRow.account_id == account_id)
        .values(password_hash=password_hash, failed_count=0, locked_until=None)
    )


def credentials(connection: Connection, login: str, *, lock: bool = False) -> Credentials | None:
    """Return what a login is judged by, None when it is unknown or disabled.

    With `lock` the account stays locked in this transaction, so that attempts made at
    the same time are counted one after the other.
    """
    query = select(AccountRow.account_id, AccountRow.password_hash, AccountRow.locked_until).where(
        AccountRow.login == login, AccountRow.disabled_at.is_(None)
    )
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else Credentials(**row._mapping)


def count_failure(
    connection: Connection, account_id: UUID, allowed: int, locked_until: datetime
) -> datetime | None:
    """Count a wrong password; at the `allowed`-th lock the account and begin the count anew.

    Return until when the account is locked, None when it is not.
    """
    is_last = AccountRow.failed_count + 1 >= allowed
    return connection.execute(
        update(AccountRow)
        .where(AccountRow.account_id == account_id)
        .values(
            failed_count=case((is_last, 0), else_=AccountRow.failed_count + 1),
            locked_until=case((is_last, locked_until), else_=null()),
        )
        .returning(AccountRow.locked_until)
    ).scalar_one()


def clear_failures(connection: Connection, account_id: UUID) -> None:
    """Forget the wrong passwords before a right one."""
    connection.execute(
        update(AccountRow)
        .where(AccountRow.account_id == account_id)
        .values(failed_count=0, locked_until=None)
    )


def add_sign_in(
    connection: Connection,
    *,
    account_id: UUID | None,
    at: datetime,
    outcome: str,
    login_digest: bytes | None = None,
) -> None:
    """Record an attempt to sign in."""
    connection.execute(
        insert(SignInRow).values(
            account_id=account_id, at=at, outcome=outcome, login_digest=login_digest
        )
    )


def unknown_login_failures(
    connection: Connection, login_digest: bytes
) -> tuple[int, datetime | None]:
    """Return how often an unknown login failed, and when last; attempts while locked aside."""
    row = connection.execute(
        select(func.count(), func.max(SignInRow.at)).where(
            SignInRow.login_digest == login_digest, SignInRow.outcome == "unknown"
        )
    ).one()
    return row[0], row[1]


def add_session(
    connection: Connection,
    *,
    token_digest: bytes,
    account_id: UUID,
    csrf: str,
    created_at: datetime,
    expires_at: datetime,
) -> None:
    """Open a session, and sweep the account's expired ones away."""
    connection.execute(
        delete(SessionRow).where(
            SessionRow.account_id == account_id, SessionRow.expires_at <= created_at
        )
    )
    connection.execute(
        insert(SessionRow).values(
            token_digest=token_digest,
            account_id=account_id,
            csrf=csrf,
            created_at=created_at,
            expires_at=expires_at,
        )
    )


def delete_session(connection: Connection, token_digest: bytes) -> None:
    """End a session; ending one that is gone is the same success."""
    connection.execute(delete(SessionRow).where(SessionRow.token_digest == token_digest))


def delete_sessions_of(connection: Connection, account_id: UUID) -> None:
    """End every session of an account, as after a change of its password."""
    connection.execute(delete(SessionRow).where(SessionRow.account_id == account_id))


def add_api_key(
    connection: Connection, *, key_digest: bytes, account_id: UUID, label: str, created_at: datetime
) -> None:
    """Give a machine account a key."""
    connection.execute(
        insert(ApiKeyRow).values(
            key_digest=key_digest, account_id=account_id, label=label, created_at=created_at
        )
    )


def revoke_api_keys(connection: Connection, account_id: UUID, at: datetime) -> None:
    """Take back every key of an account."""
    connection.execute(
        update(ApiKeyRow)
        .where(ApiKeyRow.account_id == account_id, ApiKeyRow.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def delete_expired_sessions(connection: Connection, now: datetime) -> int:
    """Remove the sessions that have ended by themselves; return how many."""
    return connection.execute(delete(SessionRow).where(SessionRow.expires_at <= now)).rowcount


def delete_sign_ins_before(connection: Connection, before: datetime) -> int:
    """Remove old records of attempts to sign in; return how many."""
    return connection.execute(delete(SignInRow).where(SignInRow.at < before)).rowcount


def delete_logged_reads_before(connection: Connection, before: datetime) -> int:
    """Remove old records of sensitive reads; return how many."""
    return connection.execute(delete(LoggedReadRow).where(LoggedReadRow.at < before)).rowcount
