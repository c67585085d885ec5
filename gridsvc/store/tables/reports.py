"""Reports, their erasable text, and the photographs they name."""

from datetime import datetime
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.store.tables.row import Row


class ReportRow(Row):
    """One act of telling us; the client made the id."""

    __tablename__ = "report"
    __table_args__ = (Index("report_account_id_idx", "account_id", "received_at"),)

    report_id: Mapped[UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.incident_id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"))
    #: inspector or public.
    source: Mapped[str]
    observed_at: Mapped[datetime]
    received_at: Mapped[datetime]
    #: What was sent, in the datum it was sent in.
    raw_lon: Mapped[float]
    raw_lat: Mapped[float]
    datum: Mapped[str]
    accuracy_m: Mapped[float | None]
    place_source: Mapped[str]
    place: Mapped[WKBElement] = mapped_column(Geometry("POINT", srid=4490, spatial_index=False))
    matter_code: Mapped[str] = mapped_column(ForeignKey("matter.code"))
    condition_code: Mapped[str | None] = mapped_column(ForeignKey("filing_condition.code"))
    flags: Mapped[list[str]]
    #: SHA-256 of the validated fields, transport fields aside: the same id must bring the same.
    content_digest: Mapped[bytes] = mapped_column(LargeBinary())


class ReportTextRow(Row):
    """The erasable part of a report."""

    __tablename__ = "report_text"

    report_id: Mapped[UUID] = mapped_column(
        ForeignKey("report.report_id", ondelete="CASCADE"), primary_key=True
    )
    note: Mapped[str]


class ReportContactRow(Row):
    """How whoever reported may be reached; the service cannot read it but through a logged act."""

    __tablename__ = "report_contact"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.report_id"), primary_key=True)
    contact: Mapped[str]


class EvidenceRow(Row):
    """A photograph announced by a report or an action; it may arrive later, or never."""

    __tablename__ = "evidence"
    __table_args__ = (
        Index("evidence_sha256_idx", "sha256"),
        Index("evidence_incident_id_idx", "incident_id"),
    )

    #: The report or action that named it.
    named_in: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(), primary_key=True)
    slot: Mapped[str] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.incident_id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"))
    size: Mapped[int]
    named_at: Mapped[datetime]


class PhotoRow(Row):
    """A photograph that has arrived; its bytes are in the media store under its hash."""

    __tablename__ = "photo"
    __table_args__ = (
        Index(
            "photo_unremoved_idx",
            "sha256",
            postgresql_where=text(
                "original_ended_at IS NOT NULL AND original_removed_at IS NULL "
                "OR ended_at IS NOT NULL AND removed_at IS NULL"
            ),
        ),
    )

    sha256: Mapped[bytes] = mapped_column(LargeBinary(), primary_key=True)
    media_type: Mapped[str]
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    received_at: Mapped[datetime]
    #: Since when the original is kept no longer, and when its file went; then the same of the
    #: copies that were served. Once it has ended, nothing is served, file or not.
    original_ended_at: Mapped[datetime | None]
    original_removed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class PhotoHintRow(Row):
    """How what a photograph's camera wrote lies to what the report or action told that named it."""

    __tablename__ = "photo_hint"
    __table_args__ = (Index("photo_hint_sha256_idx", "sha256"),)

    #: The report or action.
    named_in: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[bytes] = mapped_column(
        LargeBinary(), ForeignKey("photo.sha256", ondelete="CASCADE"), primary_key=True
    )
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.incident_id"))
    #: agrees, apart or unknown, as `time`.
    place: Mapped[str]
    distance_m: Mapped[int | None]
    time: Mapped[str]
    minutes: Mapped[int | None]
    direction_deg: Mapped[int | None]
