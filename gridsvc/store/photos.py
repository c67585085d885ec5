"""Photographs that have arrived, and who may bring or see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert

from gridsvc.store.forgetting import ENDED_AT
from gridsvc.store.tables.reports import EvidenceRow, PhotoRow

_COLUMNS = (
    PhotoRow.sha256,
    PhotoRow.media_type,
    PhotoRow.size,
    PhotoRow.width,
    PhotoRow.height,
    PhotoRow.received_at,
    PhotoRow.original_ended_at,
    PhotoRow.ended_at,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPhoto:
    """A photograph whose bytes are in the media store."""

    sha256: bytes
    media_type: str
    size: int
    width: int
    height: int
    received_at: datetime
    #: since when the original, and what was served, are kept no longer
    original_ended_at: datetime | None = None
    ended_at: datetime | None = None


def photo(connection: Connection, sha256: bytes) -> StoredPhoto | None:
    """Return a photograph that has arrived."""
    row = connection.execute(select(*_COLUMNS).where(PhotoRow.sha256 == sha256)).one_or_none()
    return None if row is None else StoredPhoto(**row._mapping)


def put_photo(connection: Connection, new: StoredPhoto) -> None:
    """Write down that a photograph has arrived, again too, and how far it is kept."""
    # A file that is not kept has not been written, so that there is none to remove.
    ends = {
        "original_ended_at": new.original_ended_at,
        "original_removed_at": new.original_ended_at,
        "ended_at": new.ended_at,
        "removed_at": new.ended_at,
    }
    connection.execute(
        insert(PhotoRow)
        .values(
            sha256=new.sha256,
            media_type=new.media_type,
            size=new.size,
            width=new.width,
            height=new.height,
            received_at=new.received_at,
            **ends,
        )
        .on_conflict_do_update(index_elements=["sha256"], set_=ends)
    )


def hold_photo(connection: Connection, sha256: bytes) -> None:
    """Keep others from changing a photograph, one that is not there yet too, until the commit."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(encode(:sha256, 'hex'), 0))"),
        {"sha256": sha256},
    )
    connection.execute(select(PhotoRow.sha256).where(PhotoRow.sha256 == sha256).with_for_update())


def end_of_photo(connection: Connection, sha256: bytes) -> datetime | None:
    """Return when the last incident that names a photograph ended; None while one has not."""
    row = connection.execute(
        text(
            f"""
            SELECT bool_and({ENDED_AT} IS NOT NULL) AS all_ended, max({ENDED_AT}) AS last_at
            FROM evidence e JOIN incident i USING (incident_id)
            LEFT JOIN incident m ON m.incident_id = i.joined_into WHERE e.sha256 = :sha256
            """
        ),
        {"sha256": sha256},
    ).one()
    found: datetime | None = row.last_at if row.all_ended else None
    return found


def was_named_by(connection: Connection, sha256: bytes, account_id: UUID) -> bool:
    """Tell whether something that an account had accepted names a photograph."""
    return bool(
        connection.execute(
            select(
                select(EvidenceRow.sha256)
                .where(EvidenceRow.sha256 == sha256, EvidenceRow.account_id == account_id)
                .exists()
            )
        ).scalar()
    )


def photo_is_seen(connection: Connection, sha256: bytes) -> bool:
    """Tell whether an incident within the transaction's scope names a photograph, kept or not."""
    return bool(
        connection.execute(
            select(select(EvidenceRow.sha256).where(EvidenceRow.sha256 == sha256).exists())
        ).scalar()
    )


def missing_of_reports(
    connection: Connection, report_ids: Sequence[UUID]
) -> dict[UUID, tuple[str, ...]]:
    """Return by report the hashes that it names and that have not arrived, in their order."""
    rows = connection.execute(_MISSING, {"ids": list(report_ids)})
    return {row.named_in: tuple(row.missing) for row in rows}


_MISSING = text(
    """
    SELECT named_in, array_agg(DISTINCT encode(sha256, 'hex')) AS missing FROM evidence e
    WHERE named_in = ANY(:ids) AND NOT EXISTS (SELECT FROM photo p WHERE p.sha256 = e.sha256
                                               AND p.original_ended_at IS NULL)
    GROUP BY named_in
    """
)
