"""Reports on the wire."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from gridsvc.api.schemas.incidents import IncidentOut
from gridsvc.api.schemas.steps import Note, Photos
from gridsvc.core.matter import FilingConditionCode, MatterCode
from gridsvc.core.place import PlaceSource, RawPlace
from gridsvc.core.request import Satisfaction
from gridsvc.services.report_draft import ReportDraft


def in_utc(at: datetime) -> datetime:
    """Return an instant in UTC; one that leaves the calendar there could never be read back."""
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("this instant lies outside the calendar") from None


Instant = Annotated[AwareDatetime, AfterValidator(in_utc)]


#: PostgreSQL keeps no NUL, so none is taken.
Contact = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]


class PlaceIn(BaseModel):
    """Where, in the datum named; longitude first, degrees (metres for projected datums)."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    lon: float
    lat: float
    datum: Annotated[str, Field(max_length=40)] = "wgs84"
    accuracy_m: Annotated[float, Field(ge=0, le=1_000_000)] | None = None
    source: PlaceSource = PlaceSource.GPS


class ReportIn(BaseModel):
    """One act of telling us. The id is in the address and is made by the client."""

    model_config = ConfigDict(extra="forbid")

    observed_at: Instant
    #: The device's clock when it sent; corrects `observed_at`, and is no part of the content.
    device_sent_at: Instant | None = None
    place: PlaceIn
    matter: Annotated[str, Field(max_length=40)]
    condition: Annotated[str, Field(max_length=40)] | None = None
    note: Note = ""
    photos: Photos = []
    self_fix: bool = False
    #: How the reporter may be reached. A dispatcher opens it by an act that is written down.
    contact: Contact | None = None

    def to_core(self, report_id: UUID) -> ReportDraft:
        """Return the report to take in."""
        return ReportDraft(
            report_id=report_id,
            observed_at=self.observed_at,
            device_sent_at=self.device_sent_at,
            raw_place=RawPlace(
                lon=self.place.lon,
                lat=self.place.lat,
                datum=self.place.datum,
                accuracy_m=self.place.accuracy_m,
                source=self.place.source,
            ),
            matter=MatterCode(self.matter),
            condition=None if self.condition is None else FilingConditionCode(self.condition),
            note=self.note,
            photos=tuple(photo.to_core() for photo in self.photos),
            self_fix=self.self_fix,
            contact=self.contact,
        )


class ReportOut(BaseModel):
    """What became of a report."""

    report_id: UUID
    received_at: datetime
    flags: list[str]
    #: Hashes named whose bytes have not arrived yet.
    missing_photos: list[str]
    incident: IncidentOut


class ProgressOut(BaseModel):
    """One step that a reporter hears of."""

    kind: str
    at: datetime


class OwnReportOut(BaseModel):
    """A report of the asker's own, with what became of it."""

    report_id: UUID
    observed_at: datetime
    received_at: datetime
    flags: list[str]
    incident: IncidentOut
    #: Oldest first.
    progress: list[ProgressOut]
    #: Whether it is closed and nobody has said yet whether it is solved.
    asked_for_satisfaction: bool


class OwnReportsOut(BaseModel):
    """Reports of the asker's own, the newest first, and where to go on."""

    items: list[OwnReportOut]
    next: str | None


class SatisfactionIn(BaseModel):
    """Whether the reporter finds it solved."""

    model_config = ConfigDict(extra="forbid")

    answer: Satisfaction
    note: Note = ""


class PhotoReceiptOut(BaseModel):
    """A photograph that is kept."""

    sha256: str
    media_type: str
    width: int
    height: int
