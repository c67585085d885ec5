"""How reporters may be reached: that it is known, and what it is, read only by being logged."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How whoever sent a report may be reached."""

    report_id: UUID
    received_at: datetime
    contact: str


def has_contact(connection: Connection, incident_id: UUID) -> bool:
    """Tell whether a reporter of an incident, or of one joined to it, may be reached."""
    found: bool = connection.execute(
        text(
            """
            SELECT EXISTS (
                SELECT FROM incident i JOIN report r USING (incident_id)
                JOIN report_contact c USING (report_id)
                WHERE i.incident_id = :id OR i.joined_into = :id)
            """
        ),
        {"id": incident_id},
    ).scalar_one()
    return found


def open_contacts(
    connection: Connection, incident_id: UUID, account_id: UUID, at: datetime, reason: str
) -> list[Contact]:
    """Return how the reporters of an incident may be reached, and write down who asked."""
    rows = connection.execute(
        text("SELECT * FROM open_contacts(:incident, :account, :at, :reason)"),
        {"incident": incident_id, "account": account_id, "at": at, "reason": reason},
    )
    return [Contact(**row._mapping) for row in rows]


def delete_contacts_of(connection: Connection, account_id: UUID) -> None:
    """Delete how somebody may be reached from whatever they reported."""
    connection.execute(
        text(
            "DELETE FROM report_contact c USING report r "
            "WHERE r.report_id = c.report_id AND r.account_id = :account"
        ),
        {"account": account_id},
    )
