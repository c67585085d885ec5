"""Versions of the rules as stored; what they mean is in `core.dispatch.rules`."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, text, update

from gridsvc.core.dispatch.rule_version import RuleState, RuleVersion
from gridsvc.store.tables.installation import RulesRow

#: Any number that no other lock of the database uses.
RULES_LOCK = 4419_0003


def rules_body_in_force(connection: Connection, at: datetime) -> dict[str, Any] | None:
    """Return the body of the opened rules with the greatest `effective_at` not after an instant."""
    row = connection.execute(
        _opened().where(RulesRow.effective_at <= at).order_by(RulesRow.effective_at.desc()).limit(1)
    ).one_or_none()
    return None if row is None else _whole(row)


def every_rules(connection: Connection) -> list[tuple[datetime, dict[str, Any]]]:
    """Return (effective_at, body) of all opened versions, the earliest first."""
    rows = connection.execute(_opened().order_by(RulesRow.effective_at))
    return [(row.effective_at, _whole(row)) for row in rows]


def _opened() -> Select[Any]:
    return select(RulesRow.version, RulesRow.effective_at, RulesRow.body).where(
        RulesRow.state == RuleState.OPENED.value
    )


def _whole(row: Row[Any]) -> dict[str, Any]:
    """Return a body with what its row says of it."""
    body: dict[str, Any] = row.body
    return body | {"version": row.version, "effective_at": row.effective_at.isoformat()}


def add_rules(
    connection: Connection, version: int, effective_at: datetime, body: dict[str, Any], reason: str
) -> None:
    """Store rules that are in force from an instant on, as a city's first ones are."""
    connection.execute(
        insert(RulesRow).values(
            version=version, effective_at=effective_at, body=body, reason=reason
        )
    )


def hold_rules(connection: Connection) -> None:
    """Let no other transaction change a version until this one ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": RULES_LOCK})


def rule_versions(connection: Connection) -> list[RuleVersion]:
    """Return every version, the newest first."""
    rows = connection.execute(_versions().order_by(RulesRow.version.desc()))
    return [_version(row) for row in rows]


def rule_version(connection: Connection, version: int) -> RuleVersion | None:
    """Return one version, None when there is none."""
    row = connection.execute(_versions().where(RulesRow.version == version)).one_or_none()
    return None if row is None else _version(row)


def last_rules_version(connection: Connection) -> int:
    """Return the greatest version number given; 1 is the sample's, stored or not."""
    found: int | None = connection.execute(select(func.max(RulesRow.version))).scalar_one()
    return max(found or 1, 1)


def put_rule_version(connection: Connection, one: RuleVersion, at: datetime) -> None:
    """Store a version that is new, or what has become of one."""
    values = {
        "state": one.state.value,
        "revision": one.revision,
        "body": one.body,
        "effective_at": one.effective_at,
        "reason": one.reason,
        "drafted_by": one.drafted_by,
        "proposed_by": one.proposed_by,
        "opened_by": one.opened_by,
        "changed_at": at,
    }
    changed = connection.execute(
        update(RulesRow).where(RulesRow.version == one.version).values(**values)
    )
    if changed.rowcount == 0:
        connection.execute(insert(RulesRow).values(version=one.version, **values))


def _versions() -> Select[Any]:
    return select(
        RulesRow.version,
        RulesRow.state,
        RulesRow.revision,
        RulesRow.body,
        RulesRow.effective_at,
        RulesRow.reason,
        RulesRow.drafted_by,
        RulesRow.proposed_by,
        RulesRow.opened_by,
    )


def _version(row: Row[Any]) -> RuleVersion:
    body = {key: value for key, value in row.body.items() if key not in _OF_THE_ROW}
    values = dict(row._mapping) | {"state": RuleState(row.state), "body": body}
    return RuleVersion(**values)


_OF_THE_ROW = ("version", "effective_at")
