"""Reports 上报: acts of telling us, with place, time and photos.

Several reports may be joined to one incident by a person, never by machine.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID

from gridsvc.core.instant import check_aware
from gridsvc.core.matter import FilingConditionCode, MatterCode
from gridsvc.core.officer import OfficerId
from gridsvc.core.place import Place, RawPlace

ReportId = NewType("ReportId", UUID)

#: how far a device's account of the time is believed
CLOCK_AHEAD = timedelta(minutes=5)
CLOCK_BEHIND = timedelta(days=7)


class ReportSource(StrEnum):
    """Who tells us."""

    INSPECTOR = "inspector"
    PUBLIC = "public"
    PARTNER = "partner"  # another system, over the API


class PhotoSlot(StrEnum):
    """What a photo shows."""

    SCENE = "scene"
    BEFORE = "before"
    AFTER = "after"


class ReportFlag(StrEnum):
    """What a dispatcher should know about a report that was taken in all the same."""

    OBSERVED_IN_FUTURE = "observed_in_future"
    OBSERVED_LONG_AGO = "observed_long_ago"
    NEAREST_GRID = "nearest_grid"
    OVERLAPPING_GRIDS = "overlapping_grids"
    OUTSIDE_ALL_GRIDS = "outside_all_grids"
    NEIGHBOUR_CITY = "neighbour_city"
    UNKNOWN_MATTER = "unknown_matter"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoClaim:
    """A photo that a report or task names; its bytes may follow later."""

    #: lower-case hex of the received bytes
    sha256: str
    size: int
    slot: PhotoSlot

    def __post_init__(self) -> None:
        if len(self.sha256) != 64 or set(self.sha256) - set("0123456789abcdef"):
            raise ValueError(f"not a SHA-256 in lower-case hex: {self.sha256!r}")
        if self.size <= 0:
            raise ValueError(f"a photo has bytes, not {self.size}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One act of telling us, as validated; the note is borrowed data and stored apart."""

    report_id: ReportId
    source: ReportSource
    sender: OfficerId | None
    observed_at: datetime
    received_at: datetime
    place: Place
    raw_place: RawPlace
    matter: MatterCode
    condition: FilingConditionCode | None = None
    note: str = ""
    #: how the reporter may be reached, borrowed as the note and kept further apart
    contact: str | None = None
    photos: tuple[PhotoClaim, ...] = ()
    self_fix: bool = False

    def __post_init__(self) -> None:
        check_aware(observed_at=self.observed_at, received_at=self.received_at)

    @property
    def photo_slots(self) -> frozenset[PhotoSlot]:
        """What the named photos show."""
        return frozenset(photo.slot for photo in self.photos)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTime:
    """The instant that decides the grid of record, and why it is not the observed one."""

    at: datetime
    flag: ReportFlag | None = None


def record_time(
    observed_at: datetime, received_at: datetime, device_sent_at: datetime | None = None
) -> RecordTime:
    """Return the observed instant by the server's clock, or the received one when unbelievable.

    A device that was an hour fast when it sent was an hour fast when it saw; so the
    difference found on arrival corrects the observation. What then lies in the future
    or more than seven days back is recorded at `received_at` and flagged.
    """
    check_aware(observed_at=observed_at, received_at=received_at, device_sent_at=device_sent_at)
    # as an age, because adding to a nonsense instant may leave the calendar
    age = (device_sent_at or received_at) - observed_at
    if age < -CLOCK_AHEAD:
        return RecordTime(at=received_at, flag=ReportFlag.OBSERVED_IN_FUTURE)
    if age > CLOCK_BEHIND:
        return RecordTime(at=received_at, flag=ReportFlag.OBSERVED_LONG_AGO)
    # within the tolerance a clock may be ahead; history still never lies in the future
    return RecordTime(at=received_at - max(age, timedelta(0)))
