"""Border segments and who owns them: the rule that tells a coverage from a heap of polygons.

In a coverage every segment has exactly two owners, except on the hull. Segments are the same
when both ends agree to 1e-9 degree (a tenth of a millimetre), whichever way the rings run.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from gridsvc.core.geo.datum import MetricPlane
from gridsvc.core.geo.densify import FAITHFUL_SEGMENT_M, densified

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
Geometries = NDArray[np.object_]

_TICKS_PER_DEGREE = 1e9


@dataclass(frozen=True, kw_only=True)
class Segments:
    """All border segments of a sequence of outlines, degenerate ones left out."""

    #: Position of the outline that owns the segment.
    owner: Positions
    #: Vertex numbers of both ends, the lower first; equal places have equal numbers.
    low: Positions
    high: Positions
    #: lon, lat of every vertex number.
    vertices: Floats
    #: Equal for segments with the same two ends.
    group: Positions
    #: How many owners a group has, by group.
    owners: Positions

    @cached_property
    def owner_count(self) -> Positions:
        """Owners of each segment, itself included."""
        return self.owners[self.group]

    def lines(self, plane: MetricPlane, which: Positions) -> Geometries:
        """Return some segments as lines of the metric plane, bent as the lon/lat line runs."""
        ends = np.stack((self.low[which], self.high[which]), axis=1)
        lines = np.asarray(shapely.linestrings(self.vertices[ends]), dtype=object)
        return plane.geometries(densified(lines, FAITHFUL_SEGMENT_M))

    def middles(self, plane: MetricPlane, which: Positions) -> Geometries:
        """Return the middles of some segments as points of the metric plane."""
        lon, lat = (self.vertices[self.low[which]] + self.vertices[self.high[which]]).T / 2
        points: Geometries = np.asarray(shapely.points(*plane.project(lon, lat)), dtype=object)
        return points

    def lengths_m(self, plane: MetricPlane) -> Floats:
        """Return the length of every segment in metres."""
        x, y = plane.project(*self.vertices.T)
        lengths: Floats = np.hypot(x[self.high] - x[self.low], y[self.high] - y[self.low])
        return lengths


def segments_of(outlines_4490: ArrayLike) -> Segments:
    """Cut outlines (Polygon, MultiPolygon, None) into their border segments."""
    parts, part_owner = shapely.get_parts(
        np.asarray(outlines_4490, dtype=object), return_index=True
    )
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    number, first = _vertex_numbers(xy)
    same_ring = ring[:-1] == ring[1:]
    start, end = number[:-1][same_ring], number[1:][same_ring]
    owner = part_owner[ring_part[ring[:-1][same_ring]]]
    real = start != end
    low, high = np.minimum(start, end)[real], np.maximum(start, end)[real]
    _, group, owners = np.unique(
        low * np.int64(first.size + 1) + high, return_inverse=True, return_counts=True
    )
    return Segments(
        owner=owner[real].astype(np.int64),
        low=low,
        high=high,
        vertices=xy[first],
        group=group,
        owners=owners,
    )


def _vertex_numbers(xy: Floats) -> tuple[Positions, Positions]:
    """Number the distinct places; return the number of each row and a first row per number."""
    ticks = np.round(xy * _TICKS_PER_DEGREE).astype(np.int64)
    order = np.lexsort((ticks[:, 1], ticks[:, 0]))
    ordered = ticks[order]
    fresh = np.ones(len(xy), dtype=bool)
    fresh[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    number = np.empty(len(xy), dtype=np.int64)
    number[order] = np.cumsum(fresh) - 1
    return number, order[fresh]
