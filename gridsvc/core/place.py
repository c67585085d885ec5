"""Places: points on the ground, and how they lie in a generation of grids."""

from dataclasses import dataclass
from enum import StrEnum


class Match(StrEnum):
    """How a place belongs to the grid it was given; the stored order is never changed."""

    INSIDE = "inside"
    #: exactly on a border
    EDGE = "edge"
    #: in the interior of one grid and in another too: the outlines are no coverage
    OVERLAP = "overlap"
    #: in no grid, but within reach of one; flagged for a dispatcher
    NEAREST = "nearest"
    OUTSIDE = "outside"


class PlaceSource(StrEnum):
    """Where a reported place came from."""

    GPS = "gps"
    MANUAL = "manual"
    WXSDK = "wxsdk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point, longitude first, in degrees of EPSG:4490."""

    lon: float
    lat: float
    #: radius of the circle the device vouches for, in metres
    accuracy_m: float | None = None

    def __post_init__(self) -> None:
        # a comparison with NaN is false, so this refuses NaN too
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise ValueError(f"no place on Earth: lon {self.lon}, lat {self.lat}")
        if self.accuracy_m is not None and not 0 <= self.accuracy_m < float("inf"):
            raise ValueError(f"accuracy_m must be finite and not negative: {self.accuracy_m}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPlace:
    """What the sender gave, kept as it came: coordinates in the named datum."""

    lon: float
    lat: float
    #: a name that core.geo.datum knows: wgs84, gcj02, bd09, cgcs2000, "EPSG:nnnn"
    datum: str
    accuracy_m: float | None = None
    source: PlaceSource = PlaceSource.GPS
