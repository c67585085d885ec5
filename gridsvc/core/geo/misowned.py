"""Segments without exactly two owners: vertices the neighbour lacks, borders drawn twice.

This is the gate that `coverage_is_valid` is not: that passes a coverage with an area missing,
and half of the vertices that were rounded off a neighbour's straight segment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from gridsvc.core.geo.datum import MetricPlane
from gridsvc.core.geo.ownership import Segments, segments_of

Geometries = NDArray[np.object_]
Positions = NDArray[np.int64]

#: A vertex this near to a neighbour's segment was meant to lie on it.
ON_SEGMENT_M = 0.005
# A shared border may run this far beside the hull or a gap that was computed from it.
_ON_LINE_M = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class TJunction:
    """A vertex of `b` on a border of `a`, which has no vertex there."""

    a: str
    b: str
    place: tuple[float, float]
    #: Metres from the vertex to the segment.
    offset_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MisownedBorder:
    """A stretch of border inside the coverage that has not exactly two owners."""

    #: One id where the neighbour's border runs elsewhere, three and more where borders pile up.
    ids: tuple[str, ...]
    length_m: float
    place: tuple[float, float]
    line_4490: BaseGeometry = field(repr=False, compare=False)


def find_misowned(
    ids: Sequence[str],
    outlines_4490: Geometries,
    plane: MetricPlane,
    union: BaseGeometry,
    explained: Sequence[BaseGeometry],
) -> tuple[tuple[TJunction, ...], tuple[MisownedBorder, ...]]:
    """Return the T-junctions and the other stretches without exactly two owners.

    `union` is the union of the outlines in the plane: its outer rings are the hull, where one
    owner is right. `explained` are gaps and overlaps already told; their borders are not told
    again.
    """
    segments = segments_of(outlines_4490)
    hull = shapely.get_exterior_ring(shapely.get_parts(union))
    known = shapely.STRtree([*hull, *shapely.boundary(np.array(explained, dtype=object))])
    alone = np.flatnonzero(segments.owner_count == 1)
    lines = segments.lines(plane, alone)
    middles = segments.middles(plane, alone)
    # Told segments stay in the tree: half of a long one may be the rightful neighbour of others.
    tree = shapely.STRtree(lines)
    place, line = tree.query(middles, predicate="dwithin", distance=ON_SEGMENT_M)
    met = place[segments.owner[alone[place]] != segments.owner[alone[line]]]
    told = known.query(middles, predicate="dwithin", distance=_ON_LINE_M)[0]
    stray = np.setdiff1d(np.arange(alone.size), np.concatenate((met, told)))
    junctions = _junctions(ids, segments, plane, alone, lines, tree)
    return junctions, (
        *_stretches(ids, segments, plane, alone[stray], lines[stray]),
        *_piles(ids, segments, plane, known),
    )


def _junctions(
    ids: Sequence[str],
    segments: Segments,
    plane: MetricPlane,
    alone: Positions,
    lines: Geometries,
    tree: shapely.STRtree,
) -> tuple[TJunction, ...]:
    # (vertex, owner) of both ends of every lone segment, once each
    ends = np.unique(
        np.stack(
            (
                np.concatenate((segments.low[alone], segments.high[alone])),
                np.tile(segments.owner[alone], 2),
            ),
            axis=1,
        ),
        axis=0,
    )
    lonlat = segments.vertices[ends[:, 0]]
    points = np.asarray(shapely.points(*plane.project(*lonlat.T)), dtype=object)
    end, line = tree.query(points, predicate="dwithin", distance=ON_SEGMENT_M)
    segment = alone[line]
    vertex, owner = ends[end].T
    theirs = (owner != segments.owner[segment]) & (vertex != segments.low[segment])
    theirs &= vertex != segments.high[segment]
    found = {
        (int(segments.owner[s]), int(o), int(v)): float(shapely.distance(points[e], lines[k]))
        for s, o, v, e, k in zip(
            *(column[theirs] for column in (segment, owner, vertex, end, line)), strict=True
        )
    }
    return tuple(
        TJunction(
            a=ids[a],
            b=ids[b],
            place=(float(segments.vertices[v, 0]), float(segments.vertices[v, 1])),
            offset_m=offset,
        )
        for (a, b, v), offset in sorted(found.items())
    )


def _stretches(
    ids: Sequence[str],
    segments: Segments,
    plane: MetricPlane,
    stray: Positions,
    lines: Geometries,
) -> tuple[MisownedBorder, ...]:
    borders: list[MisownedBorder] = []
    for owner in np.unique(segments.owner[stray]):
        mine = lines[segments.owner[stray] == owner]
        merged = shapely.line_merge(shapely.union_all(mine))
        borders.extend(
            _border((ids[owner],), stretch, plane) for stretch in shapely.get_parts(merged)
        )
    return tuple(sorted(borders, key=lambda border: -border.length_m))


def _piles(
    ids: Sequence[str], segments: Segments, plane: MetricPlane, known: shapely.STRtree
) -> tuple[MisownedBorder, ...]:
    piled = np.flatnonzero(segments.owner_count > 2)
    if not piled.size:
        return ()
    lines = segments.lines(plane, piled)
    middles = segments.middles(plane, piled)
    told = known.query(middles, predicate="dwithin", distance=_ON_LINE_M)[0]
    owners: dict[int, list[int]] = {}
    line_of: dict[int, LineString] = {}
    for i in np.setdiff1d(np.arange(piled.size), told):
        group = int(segments.group[piled[i]])
        owners.setdefault(group, []).append(int(segments.owner[piled[i]]))
        line_of[group] = lines[i]
    return tuple(
        _border(tuple(ids[o] for o in sorted(set(who))), line_of[group], plane)
        for group, who in owners.items()
    )


def _border(ids: tuple[str, ...], line: LineString, plane: MetricPlane) -> MisownedBorder:
    middle = shapely.line_interpolate_point(line, 0.5, normalized=True)
    [line_4490] = plane.geometries_back(np.array([line], dtype=object))
    return MisownedBorder(
        ids=ids,
        length_m=float(line.length),
        place=plane.unproject(float(shapely.get_x(middle)), float(shapely.get_y(middle))),
        line_4490=line_4490,
    )
