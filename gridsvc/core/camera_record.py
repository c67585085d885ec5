"""Camera records: what a camera wrote into a photograph's EXIF part, as far as it can be believed.

Tags come as whoever parsed them left them: numbers, text, bytes or nonsense. What is not
surely said is not said; nothing here raises.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any

from gridsvc.core.calendar import SHANGHAI

# Numbers of the tags, by EXIF 2.32.
_TAKEN, _TAKEN_OFFSET = 0x9003, 0x9011
_LAT_REF, _LAT, _LON_REF, _LON = 1, 2, 3, 4
_STATUS, _DIRECTION, _ERROR_M = 9, 17, 31
_SIGNS_LON, _SIGNS_LAT = {"E": 1, "W": -1}, {"N": 1, "S": -1}

#: Nobody photographs where the equator meets Greenwich; a device without a fix writes that.
_NO_FIX_DEGREES = 1e-3
#: A year that no clock of a phone shows unless it was never set.
_YEARS = range(1990, 2101)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraRecord:
    """Where, when and in which direction a photograph says it was taken; None where it does not."""

    #: degrees, longitude first; in which datum, it does not say
    position: tuple[float, float] | None = None
    #: the radius that the device vouches for, in metres
    error_m: float = 0.0
    taken_at: datetime | None = None
    #: clockwise from north
    direction_deg: int | None = None


def camera_record(photo: Mapping[int, Any], gps: Mapping[int, Any]) -> CameraRecord:
    """Read the tags of an EXIF part and of its GPS block."""
    error_m, direction = _number(gps.get(_ERROR_M)), _number(gps.get(_DIRECTION))
    return CameraRecord(
        position=_position(gps),
        error_m=error_m if error_m is not None and error_m > 0 else 0.0,
        taken_at=_taken_at(_text(photo.get(_TAKEN)), _text(photo.get(_TAKEN_OFFSET))),
        direction_deg=(
            None if direction is None or not 0 <= direction <= 360 else round(direction) % 360
        ),
    )


def _position(gps: Mapping[int, Any]) -> tuple[float, float] | None:
    """Return lon/lat; a block of time only, half a pair, 0/0 or a lost fix is no position."""
    lon = _degrees(gps.get(_LON), _SIGNS_LON.get(_text(gps.get(_LON_REF))), 180)
    lat = _degrees(gps.get(_LAT), _SIGNS_LAT.get(_text(gps.get(_LAT_REF))), 90)
    if lon is None or lat is None or _text(gps.get(_STATUS)) == "V":
        return None
    if abs(lon) < _NO_FIX_DEGREES and abs(lat) < _NO_FIX_DEGREES:
        return None
    return lon, lat


def _degrees(parts: Any, sign: int | None, most: float) -> float | None:
    if sign is None or not isinstance(parts, (tuple, list)):
        return None
    numbers = [number for part in parts if (number := _number(part)) is not None]
    if len(parts) != 3 or len(numbers) != 3:
        return None
    degrees, minutes, seconds = numbers
    if degrees < 0 or not (0 <= minutes <= 60 and 0 <= seconds <= 60):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    return sign * value if value <= most else None


def _taken_at(taken: str, offset: str) -> datetime | None:
    """Return an instant; a time without its zone is the city's."""
    try:
        at = datetime.strptime(taken, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the zone follows
    except ValueError:
        return None
    return at.replace(tzinfo=_zone(offset)) if at.year in _YEARS else None


def _zone(offset: str) -> tzinfo:
    if re.fullmatch(r"[+-](0\d|1[0-4]):[0-5]\d", offset, re.ASCII) is None:
        return SHANGHAI
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:]))
    return timezone(-ahead if offset[0] == "-" else ahead)


def _number(value: Any) -> float | None:
    """Return a finite number; a fraction over nothing is none."""
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return value.strip("\0 ").upper() if isinstance(value, str) else ""
