"""What is taken away of incidents that ended long ago, and the files of their photographs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

#: Stands where a resident's account stood.
FORGOTTEN_ACCOUNT = UUID(int=0)
#: The end of an incident `i` with its main one `m`: one that is joined ends with that.
ENDED_AT = """CASE WHEN i.joined_into IS NULL THEN i.closed_at
    WHEN m.closed_at IS NOT NULL THEN greatest(i.closed_at, m.closed_at) END"""
_WITH_MAIN = "LEFT JOIN incident m ON m.incident_id = i.joined_into"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An incident of which something may be due to go."""

    incident_id: UUID
    #: None when it counts as the same as one that is open
    ended_at: datetime | None


def incidents_due(connection: Connection, now: datetime, most: int) -> list[Ended]:
    """Lock and return incidents of which something is kept no longer; others work on others."""
    rows = connection.execute(
        text(
            f"""
            SELECT i.incident_id, {ENDED_AT} AS ended_at FROM incident i {_WITH_MAIN}
            WHERE i.forget_at <= :now ORDER BY i.forget_at, i.incident_id LIMIT :most
            FOR UPDATE OF i SKIP LOCKED
            """
        ),
        {"now": now, "most": most},
    )
    return [Ended(**row._mapping) for row in rows]


def set_forget_at(connection: Connection, at: dict[UUID, datetime | None]) -> None:
    """Write down when each incident is to be looked at again."""
    connection.execute(
        text("UPDATE incident SET forget_at = CAST(:at AS timestamptz) WHERE incident_id = :id"),
        [{"id": incident_id, "at": when} for incident_id, when in at.items()],
    )


def delete_texts(connection: Connection, incident_ids: Sequence[UUID]) -> int:
    """Delete what was written in reports, contacts and steps; return how many texts."""
    return sum(
        connection.execute(text(statement), {"ids": list(incident_ids)}).rowcount
        for statement in (
            "DELETE FROM report_text t USING report r "
            "WHERE r.report_id = t.report_id AND r.incident_id = ANY(:ids)",
            "DELETE FROM report_contact c USING report r "
            "WHERE r.report_id = c.report_id AND r.incident_id = ANY(:ids)",
            "DELETE FROM action_text t USING action a "
            "WHERE a.action_id = t.action_id AND a.incident_id = ANY(:ids)",
        )
    )


def delete_hints(connection: Connection, incident_ids: Sequence[UUID]) -> None:
    """Delete what photographs of incidents hinted at."""
    connection.execute(
        text("DELETE FROM photo_hint WHERE incident_id = ANY(:ids)"), {"ids": list(incident_ids)}
    )


def end_photos(
    connection: Connection,
    incident_ids: Sequence[UUID],
    column: str,
    before: datetime,
    now: datetime,
) -> int:
    """Say of photographs that they are kept no longer, where every incident ended before.

    `column` is `original_ended_at` or `ended_at`. A photograph that a later incident names
    too goes with that one.
    """
    assert column in ("original_ended_at", "ended_at")
    return connection.execute(
        text(
            f"""
            UPDATE photo p SET {column} = :now WHERE p.{column} IS NULL
            AND p.sha256 IN (SELECT sha256 FROM evidence WHERE incident_id = ANY(:ids))
            AND NOT EXISTS (
                SELECT FROM evidence e JOIN incident i USING (incident_id) {_WITH_MAIN}
                WHERE e.sha256 = p.sha256 AND coalesce({ENDED_AT} > :before, true))
            """
        ),
        {"ids": list(incident_ids), "before": before, "now": now},
    ).rowcount


def cut_links(connection: Connection, incident_ids: Sequence[UUID], now: datetime) -> int:
    """Let no report of these incidents point at a resident any more; return how many did."""
    values = {"ids": list(incident_ids), "nobody": FORGOTTEN_ACCOUNT}
    connection.execute(
        text(
            "INSERT INTO account (account_id, login, kind, disabled_at) "
            "VALUES (:nobody, CAST(:nobody AS text), 'resident', :now) ON CONFLICT DO NOTHING"
        ),
        values | {"now": now},
    )
    connection.execute(
        text(
            """
            UPDATE incident i SET scope_keys = ARRAY(
                SELECT k FROM unnest(i.scope_keys) k WHERE NOT EXISTS (
                    SELECT FROM account a WHERE a.kind = 'resident' AND k = 'a' || a.account_id))
            WHERE incident_id = ANY(:ids)
            """
        ),
        values,
    )
    cut = 0
    for table in ("evidence", "action", "report"):
        cut = connection.execute(
            text(
                f"""
                UPDATE {table} t SET account_id = :nobody FROM account a
                WHERE a.account_id = t.account_id AND a.kind = 'resident'
                AND a.account_id <> :nobody AND t.incident_id = ANY(:ids)
                """
            ),
            values,
        ).rowcount
    return cut


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedPhoto:
    """A photograph some of whose files are still to be removed."""

    sha256: str
    original: bool
    served: bool


def photos_to_remove(connection: Connection, most: int) -> list[EndedPhoto]:
    """Lock and return photographs that have ended and whose files may be there still."""
    rows = connection.execute(
        text(
            """
            SELECT encode(sha256, 'hex') AS sha256,
                   original_ended_at IS NOT NULL AND original_removed_at IS NULL AS original,
                   ended_at IS NOT NULL AND removed_at IS NULL AS served
            FROM photo
            WHERE original_ended_at IS NOT NULL AND original_removed_at IS NULL
               OR ended_at IS NOT NULL AND removed_at IS NULL
            ORDER BY sha256 LIMIT :most FOR UPDATE SKIP LOCKED
            """
        ),
        {"most": most},
    )
    return [EndedPhoto(**row._mapping) for row in rows]


def keep_after_all(connection: Connection, sha256: str) -> None:
    """Take back that a photograph has ended, of which no file was removed since."""
    connection.execute(
        text(
            """
            UPDATE photo SET
                original_ended_at = CASE WHEN original_removed_at IS NOT NULL
                    THEN original_ended_at END,
                ended_at = CASE WHEN removed_at IS NOT NULL THEN ended_at END
            WHERE sha256 = decode(:sha256, 'hex')
            """
        ),
        {"sha256": sha256},
    )


def mark_removed(connection: Connection, photos: Sequence[EndedPhoto], now: datetime) -> None:
    """Write down that the files have gone."""
    connection.execute(
        text(
            """
            UPDATE photo SET
                original_removed_at = CASE WHEN :original THEN :now ELSE original_removed_at END,
                removed_at = CASE WHEN :served THEN :now ELSE removed_at END
            WHERE sha256 = decode(:sha256, 'hex')
            """
        ),
        [
            {"sha256": p.sha256, "original": p.original, "served": p.served, "now": now}
            for p in photos
        ],
    )
