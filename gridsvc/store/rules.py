"""Versions of the rules as stored; what they mean is in `core.dispatch.rules`."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from gridsvc.store.tables.installation import RulesRow


def rules_body_in_force(connection: Connection, at: datetime) -> dict[str, Any] | None:
    """Return the body of the rules with the greatest `effective_at` not after an instant."""
    return connection.execute(
        select(RulesRow.body)
        .where(RulesRow.effective_at <= at)
        .order_by(RulesRow.effective_at.desc())
        .limit(1)
    ).scalar_one_or_none()


def every_rules(connection: Connection) -> list[tuple[datetime, dict[str, Any]]]:
    """Return (effective_at, body) of all versions, the earliest first."""
    rows = connection.execute(
        select(RulesRow.effective_at, RulesRow.body).order_by(RulesRow.effective_at)
    )
    return [(row.effective_at, row.body) for row in rows]


def add_rules(
    connection: Connection, version: int, effective_at: datetime, body: dict[str, Any], reason: str
) -> None:
    """Store a version of the rules; it is never edited afterwards."""
    connection.execute(
        insert(RulesRow).values(
            version=version, effective_at=effective_at, body=body, reason=reason
        )
    )
