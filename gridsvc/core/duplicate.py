"""Duplicates 重复案件: incidents that a person took for one and the same.

The machine only suggests; what is near is asked of the store. A joining names the
incident it was found to be the same as, and that one may be joined further: the main
incident of all of them is the end of the chain.
"""

import math
from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

#: Of a degree of latitude; the shortest there is, so that no box is too small.
_METRES_PER_DEGREE = 110_574.0


class JoinReason(StrEnum):
    """Why two incidents are taken for the same; codes are stored for ever."""

    SAME_THING = "same_thing"
    SAME_CAUSE = "same_cause"
    OTHER = "other"


class UnjoinReason(StrEnum):
    """Why they are not the same after all."""

    OTHER_THING = "other_thing"
    CAME_BACK = "came_back"
    MISTAKE = "mistake"
    OTHER = "other"


class CircularJoin(ValueError):
    """An incident would be the same as itself."""


def mains_of(links: Mapping[UUID, UUID]) -> dict[UUID, UUID]:
    """Return the main incident of each that is joined, from what each was joined to."""
    mains = {}
    for start in links:
        at, seen = start, {start}
        while at in links:
            at = links[at]
            if at in seen:
                raise CircularJoin("the two are the same incident already")
            seen.add(at)
        mains[start] = at
    return mains


def box_around(lon: float, lat: float, metres: float) -> tuple[float, float, float, float]:
    """Return west, south, east, north (EPSG:4490 degrees) of a box that holds a circle.

    Larger than the circle, never smaller: the distance itself is asked afterwards.
    """
    high = metres / _METRES_PER_DEGREE
    shrinks = max(math.cos(math.radians(min(abs(lat) + high, 90))), 1e-6)
    wide = min(metres / (_METRES_PER_DEGREE * shrinks), 180.0)
    return lon - wide, lat - high, lon + wide, lat + high
