"""Rings that cross themselves or each other: why, and where."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

_REASON = re.compile(r"^(?P<reason>.*?)\s*\[(?P<x>\S+) (?P<y>\S+)\]$")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRing:
    """An outline that is no valid polygon."""

    id: str
    #: In GEOS's words, such as `Self-intersection`.
    reason: str
    #: lon, lat of the defect; None when GEOS gives no place.
    place: tuple[float, float] | None
    #: Part of the outline and ring of the part (0 the outer one) nearest to the place.
    part: int | None
    ring: int | None


def find_bad_rings(ids: Sequence[str], outlines_4490: NDArray[np.object_]) -> tuple[BadRing, ...]:
    """Return the outlines that are no valid polygons, in their order."""
    return tuple(
        _bad_ring(ids[int(i)], outlines_4490[i])
        for i in np.flatnonzero(~shapely.is_valid(outlines_4490))
    )


def ring_at(outline: BaseGeometry, vertex: int) -> tuple[int, int]:
    """Return the part (from 1) and the ring of it (0 the outer one) of the nth vertex."""
    parts = shapely.get_parts(outline)
    rings, owner = shapely.get_rings(parts, return_index=True)
    ends = np.cumsum(shapely.get_num_coordinates(rings))
    ring = int(np.searchsorted(ends, vertex, side="right"))
    part = int(owner[ring])
    return part + 1, ring - int(np.searchsorted(owner, part))


def _bad_ring(area_id: str, outline: shapely.Geometry) -> BadRing:
    said = str(shapely.is_valid_reason(outline))
    match = _REASON.match(said)
    if match is None:
        return BadRing(id=area_id, reason=said, place=None, part=None, ring=None)
    place = float(match["x"]), float(match["y"])
    parts = shapely.get_parts(outline)
    rings, owner = shapely.get_rings(parts, return_index=True)
    nearest = int(np.argmin(shapely.distance(rings, shapely.Point(place))))
    part = int(owner[nearest])
    return BadRing(
        id=area_id,
        reason=match["reason"],
        place=place,
        part=part,
        ring=nearest - int(np.searchsorted(owner, part)),
    )
