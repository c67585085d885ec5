"""Long segments cut into short ones, so that every plane agrees on where a border runs.

An outline is its vertices with straight segments in the lon/lat plane; a segment of many
kilometres would run elsewhere in a projected plane.
"""

import itertools

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

#: Segments above this are cut when outlines are imported.
LONGEST_SEGMENT_M = 500.0
_METRES_PER_DEGREE = 111_320.0


def densified(geometries_4490: ArrayLike, longest_m: float = LONGEST_SEGMENT_M) -> Geometries:
    """Insert vertices on segments longer than `longest_m`, straight in the lon/lat plane.

    A segment shared by two outlines gets the same vertices in both: they are reckoned from
    the end that comes first in lon, lat, whichever way the ring runs.
    """
    given: Geometries = np.asarray(geometries_4490, dtype=object)
    cut = [
        outline
        if outline is None or _longest_segment_m(outline) <= longest_m
        else _densified_one(outline, longest_m)
        for outline in given.ravel()
    ]
    outlines: Geometries = np.empty(len(cut), dtype=object)
    outlines[:] = cut
    return outlines.reshape(given.shape)


def _densified_one(outline: BaseGeometry, longest_m: float) -> BaseGeometry:
    if isinstance(outline, Polygon):
        return _densified_polygon(outline, longest_m)
    if isinstance(outline, MultiPolygon):
        return MultiPolygon([_densified_polygon(part, longest_m) for part in outline.geoms])
    if isinstance(outline, LineString):
        return _densified_line(outline, longest_m)
    if isinstance(outline, MultiLineString):
        return MultiLineString([_densified_line(part, longest_m) for part in outline.geoms])
    return outline


def _densified_polygon(outline: Polygon, longest_m: float) -> Polygon:
    shell, *holes = (
        _cut(shapely.get_coordinates(ring), longest_m) for ring in shapely.get_rings(outline)
    )
    return Polygon(shell, holes)


def _densified_line(line: LineString, longest_m: float) -> LineString:
    return LineString(_cut(shapely.get_coordinates(line), longest_m))


def _cut(coordinates: Floats, longest_m: float) -> Floats:
    pieces = [coordinates[:1]]
    for start, end in itertools.pairwise(coordinates):
        count = int(np.ceil(_segment_m(start[None], end[None])[0] / longest_m))
        if count > 1:
            backward = tuple(end) < tuple(start)
            low, high = (end, start) if backward else (start, end)
            between = low + (high - low) * (np.arange(1, count)[:, None] / count)
            pieces.append(between[::-1] if backward else between)
        pieces.append(end[None])
    return np.concatenate(pieces)


def _longest_segment_m(outline: BaseGeometry) -> float:
    rings = shapely.get_parts(shapely.boundary(outline) if outline.area else outline)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[:-1] == ring[1:]
    return float(_segment_m(xy[:-1][same], xy[1:][same]).max(initial=0.0))


def _segment_m(start: Floats, end: Floats) -> Floats:
    """Return rough metres of lon/lat segments: only ever used to decide on densifying."""
    squeeze = np.cos(np.radians((start[:, 1] + end[:, 1]) / 2))
    metres: Floats = _METRES_PER_DEGREE * np.hypot(
        (end[:, 0] - start[:, 0]) * squeeze, end[:, 1] - start[:, 1]
    )
    return metres
