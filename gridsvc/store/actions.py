"""Actions as stored: who took which step, once, and what they wrote."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select

from gridsvc.store.tables.incidents import ActionRow, ActionTextRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAction:
    """One step taken by a person."""

    action_id: UUID
    incident_id: UUID
    account_id: UUID
    step: str
    at: datetime
    content_digest: bytes


def known_action(connection: Connection, action_id: UUID) -> StoredAction | None:
    """Return an action that was taken already, None when the id is new."""
    row = connection.execute(
        select(
            ActionRow.action_id,
            ActionRow.incident_id,
            ActionRow.account_id,
            ActionRow.step,
            ActionRow.at,
            ActionRow.content_digest,
        ).where(ActionRow.action_id == action_id)
    ).one_or_none()
    return None if row is None else StoredAction(**row._mapping)


def insert_action(connection: Connection, action: StoredAction, note: str) -> None:
    """Store an action and, apart from it, what was written."""
    connection.execute(
        insert(ActionRow).values(
            action_id=action.action_id,
            incident_id=action.incident_id,
            account_id=action.account_id,
            step=action.step,
            at=action.at,
            content_digest=action.content_digest,
        )
    )
    if note:
        connection.execute(insert(ActionTextRow).values(action_id=action.action_id, note=note))
