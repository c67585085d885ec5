"""What goes when a person is erased: names, numbers, logins and ways in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from gridsvc.core.permission import AccountKind


def delete_person(connection: Connection, officer_id: int) -> bool:
    """Delete an officer's name and number; tell whether there was one."""
    statement = text("DELETE FROM officer_person WHERE officer_id = :id")
    return bool(connection.execute(statement, {"id": officer_id}).rowcount)


def kind_of_account(connection: Connection, account_id: UUID) -> AccountKind | None:
    """Return what sort of way in an account is, None when there is none."""
    found = connection.execute(
        text("SELECT kind FROM account WHERE account_id = :id"), {"id": account_id}
    ).scalar_one_or_none()
    return None if found is None else AccountKind(found)


def close_account(connection: Connection, account_id: UUID, now: datetime) -> None:
    """Take the login, the password and every way in of an account away; its id stays."""
    for statement in (
        "UPDATE account SET login = account_id::text, password_hash = NULL, failed_count = 0, "
        "locked_until = NULL, disabled_at = coalesce(disabled_at, :now) WHERE account_id = :id",
        "DELETE FROM session WHERE account_id = :id",
        "UPDATE api_key SET revoked_at = coalesce(revoked_at, :now) WHERE account_id = :id",
    ):
        connection.execute(text(statement), {"id": account_id, "now": now})


def open_accounts_of(connection: Connection, officer_id: int) -> list[UUID]:
    """Return the accounts of an officer that have a login of their own still."""
    rows = connection.execute(
        text(
            "SELECT account_id FROM account "
            "WHERE officer_id = :id AND login <> account_id::text ORDER BY account_id"
        ),
        {"id": officer_id},
    )
    return [row.account_id for row in rows]
