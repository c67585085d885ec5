"""Photographs that have arrived, and who may bring or see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert

from gridsvc.store.tables.reports import EvidenceRow, PhotoRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPhoto:
    """A photograph whose bytes are in the media store."""

    sha256: bytes
    media_type: str
    size: int
    width: int
    height: int
    received_at: datetime


def photo(connection: Connection, sha256: bytes) -> StoredPhoto | None:
    """Return a photograph that has arrived."""
    row = connection.execute(
        select(PhotoRow.__table__).where(PhotoRow.sha256 == sha256)
    ).one_or_none()
    return None if row is None else StoredPhoto(**row._mapping)


def insert_photo(connection: Connection, new: StoredPhoto) -> None:
    """Write down that a photograph has arrived; again changes nothing."""
    connection.execute(
        insert(PhotoRow)
        .values(
            sha256=new.sha256,
            media_type=new.media_type,
            size=new.size,
            width=new.width,
            height=new.height,
            received_at=new.received_at,
        )
        .on_conflict_do_nothing()
    )


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
    """Tell whether an incident within the transaction's scope names a photograph."""
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
    WHERE named_in = ANY(:ids) AND NOT EXISTS (SELECT FROM photo p WHERE p.sha256 = e.sha256)
    GROUP BY named_in
    """
)
