"""Reports, what they say, and the photographs that reports and actions name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from gridsvc.core.report import PhotoClaim, Report
from gridsvc.store.incidents import point_of
from gridsvc.store.row_sets import RowSet
from gridsvc.store.tables.reports import (
    EvidenceRow,
    ReportContactRow,
    ReportRow,
    ReportTextRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """A report to be stored with the incident it made."""

    report: Report
    incident_id: UUID
    account_id: UUID
    flags: tuple[str, ...]
    content_digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is known of a report that has been taken in."""

    report_id: UUID
    account_id: UUID
    incident_id: UUID
    content_digest: bytes
    received_at: datetime
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvidence:
    """A photograph named by a report or an action."""

    named_in: UUID
    incident_id: UUID
    account_id: UUID
    claim: PhotoClaim
    named_at: datetime


def receipts_of(connection: Connection, report_ids: Sequence[UUID]) -> dict[UUID, Receipt]:
    """Return the receipts of those reports that are known; intake cannot read the table itself."""
    rows = connection.execute(
        text("SELECT * FROM receipts_of(:ids)"), {"ids": list(report_ids)}
    ).mappings()
    return {
        row["report_id"]: Receipt(
            report_id=row["report_id"],
            account_id=row["account_id"],
            incident_id=row["incident_id"],
            content_digest=bytes(row["content_digest"]),
            received_at=row["received_at"],
            flags=tuple(row["flags"]),
        )
        for row in rows
    }


def report_rows(new: Sequence[NewReport]) -> RowSet:
    """Return the rows of reports, without what they say."""
    return RowSet(
        ReportRow,
        [
            {
                "report_id": one.report.report_id,
                "incident_id": one.incident_id,
                "account_id": one.account_id,
                "source": one.report.source.value,
                "observed_at": one.report.observed_at,
                "received_at": one.report.received_at,
                "raw_lon": one.report.raw_place.lon,
                "raw_lat": one.report.raw_place.lat,
                "datum": one.report.raw_place.datum,
                "accuracy_m": one.report.raw_place.accuracy_m,
                "place_source": one.report.raw_place.source.value,
                "place": point_of(one.report.place),
                "matter_code": one.report.matter,
                "condition_code": one.report.condition,
                "flags": list(one.flags),
                "content_digest": one.content_digest,
            }
            for one in new
        ],
    )


def report_text_rows(new: Sequence[NewReport]) -> RowSet:
    """Return the rows of what reports say, which stands apart from them."""
    return RowSet(
        ReportTextRow,
        [
            {"report_id": one.report.report_id, "note": one.report.note}
            for one in new
            if one.report.note
        ],
    )


def report_contact_rows(new: Sequence[NewReport]) -> RowSet:
    """Return the rows of how reporters may be reached."""
    return RowSet(
        ReportContactRow,
        [
            {"report_id": one.report.report_id, "contact": one.report.contact}
            for one in new
            if one.report.contact
        ],
    )


def evidence_rows(new: Sequence[NewEvidence]) -> RowSet:
    """Return the rows of photographs named, one named twice once; the bytes may follow."""
    distinct = {(one.named_in, one.claim.sha256, one.claim.slot): one for one in new}
    return RowSet(
        EvidenceRow,
        [
            {
                "named_in": one.named_in,
                "sha256": bytes.fromhex(one.claim.sha256),
                "slot": one.claim.slot.value,
                "incident_id": one.incident_id,
                "account_id": one.account_id,
                "size": one.claim.size,
                "named_at": one.named_at,
            }
            for one in distinct.values()
        ],
    )
