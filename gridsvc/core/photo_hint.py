"""Hints: how what a camera wrote lies to what the sender of its photograph told.

A hint and no more: clocks of cameras are wrong, fixes are old, datums are not named. Nothing is
refused by it and nothing is counted by it. Only the hint is kept, coarse, never what it came from.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from gridsvc.core.camera_record import CameraRecord
from gridsvc.core.geo.datum import ground_m, to_4490
from gridsvc.core.instant import check_aware
from gridsvc.core.place import Place

#: Camera apps in China write WGS-84 or GCJ-02, half a kilometre apart, and old fixes besides.
NEAR_M = 700
#: How long after the photograph somebody may well be writing the report.
SOON = timedelta(minutes=30)
_DATUMS = ("wgs84", "gcj02")


class Agreement(StrEnum):
    """Whether what a camera wrote agrees with what was told."""

    AGREES = "agrees"
    APART = "apart"
    #: the camera wrote nothing that can be used
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoHint:
    """What a dispatcher may want to know of a photograph."""

    place: Agreement = Agreement.UNKNOWN
    #: from the place that was told, two digits of it; only when apart
    distance_m: int | None = None
    time: Agreement = Agreement.UNKNOWN
    #: taken so long after the instant that was told, before it when negative; only when apart
    minutes: int | None = None
    #: clockwise from north
    direction_deg: int | None = None


def photo_hint(record: CameraRecord, place: Place, at: datetime) -> PhotoHint:
    """Hold a camera's record against the place and the instant that were told.

    Of the two datums that the camera may have meant, the one that agrees better is believed, and
    what the camera and the place say of their own accuracy is granted on top.
    """
    check_aware(at=at)
    distance_m = minutes = None
    near, soon = Agreement.UNKNOWN, Agreement.UNKNOWN
    if record.position is not None:
        away_m = _away_m(record.position, place)
        granted_m = NEAR_M + record.error_m + (place.accuracy_m or 0)
        near = Agreement.AGREES if away_m <= granted_m else Agreement.APART
        distance_m = _coarse(away_m) if near is Agreement.APART else None
    if record.taken_at is not None:
        after = record.taken_at - at
        soon = Agreement.AGREES if abs(after) <= SOON else Agreement.APART
        minutes = round(after / timedelta(minutes=1)) if soon is Agreement.APART else None
    return PhotoHint(
        place=near,
        distance_m=distance_m,
        time=soon,
        minutes=minutes,
        direction_deg=record.direction_deg,
    )


def _away_m(position: tuple[float, float], place: Place) -> float:
    read = np.array([to_4490(*position, datum) for datum in _DATUMS])
    there = np.full(len(read), place.lon), np.full(len(read), place.lat)
    return float(ground_m(read[:, 0], read[:, 1], *there).min())


def _coarse(metres: float) -> int:
    """Keep two digits, so that several hints do not add up to a position."""
    return int(float(f"{metres:.1e}"))
