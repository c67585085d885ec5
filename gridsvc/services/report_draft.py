"""Reports as clients send them, and what is refused before anything is stored."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from gridsvc.core.calendar import SHANGHAI
from gridsvc.core.matter import FilingConditionCode, MatterCode
from gridsvc.core.place import RawPlace
from gridsvc.core.report import PhotoClaim
from gridsvc.services.ground import Reference


class UnknownMatter(ValueError):
    """A report names a matter or a condition that is not admitted."""


class WithdrawnMatter(ValueError):
    """A report of something seen after its matter had been withdrawn."""


class ReportConflict(Exception):
    """The id is known with other content, or from somebody else."""

    def __init__(self, report_id: UUID) -> None:
        super().__init__(
            f"report {report_id} is known with other content; give the new report its own id"
        )
        self.report_id = report_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDraft:
    """A report as the client sent it, its form validated and nothing else."""

    report_id: UUID
    observed_at: datetime
    #: The device's clock when it sent; a transport field, not part of the content.
    device_sent_at: datetime | None
    raw_place: RawPlace
    matter: MatterCode
    condition: FilingConditionCode | None
    note: str
    photos: tuple[PhotoClaim, ...]
    self_fix: bool
    #: how the reporter may be reached, where they say so
    contact: str | None = None

    def digest(self) -> bytes:
        """Return the SHA-256 of the content, transport fields aside."""
        place = self.raw_place
        content = [
            self.observed_at.timestamp(),
            [place.lon, place.lat, place.datum, place.accuracy_m, place.source.value],
            self.matter,
            self.condition,
            self.note,
            sorted([photo.sha256, photo.size, photo.slot.value] for photo in self.photos),
            self.self_fix,
            # not there in what was sent before it could be
            *([] if self.contact is None else [self.contact]),
        ]
        return hashlib.sha256(orjson.dumps(content)).digest()


def check_codes(draft: ReportDraft, reference: Reference) -> ReportDraft:
    """Return the draft, or say which code of it is not admitted."""
    matter = reference.matters.get(draft.matter)
    if matter is None:
        raise UnknownMatter(f"matter {draft.matter!r} is not admitted; see /api/v1/matters")
    if not matter.is_admitted(draft.observed_at):
        assert matter.withdrawn_at is not None
        since = matter.withdrawn_at.astimezone(SHANGHAI)
        raise WithdrawnMatter(
            f"matter {draft.matter} has been withdrawn since {since:%Y-%m-%d %H:%M}; "
            f"choose another of /api/v1/matters"
        )
    if draft.condition is not None and draft.condition not in {c.code for c in matter.conditions}:
        raise UnknownMatter(
            f"condition {draft.condition!r} is not one of matter {draft.matter}; "
            f"it has {', '.join(c.code for c in matter.conditions)}"
        )
    return draft
