"""Long segments cut into short ones, so that every plane agrees on where a border runs.

An outline is its vertices with straight segments in the lon/lat plane; a segment of many
kilometres would run elsewhere in a projected plane.
"""

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

#: Segments above this are cut when outlines are imported.
LONGEST_SEGMENT_M = 500.0
#: Below this a segment of the lon/lat plane and its projection run within a millimetre.
FAITHFUL_SEGMENT_M = 200.0
_METRES_PER_DEGREE = 111_320.0


def densified(geometries_4490: ArrayLike, longest_m: float = LONGEST_SEGMENT_M) -> Geometries:
    """Insert vertices on segments longer than `longest_m`, straight in the lon/lat plane.

    A segment shared by two outlines gets the same vertices in both: they are reckoned from
    the end that comes first in lon, lat, whichever way the ring runs.
    """
    given: Geometries = np.asarray(geometries_4490, dtype=object)
    outlines = given.ravel().copy()
    xy, owner = shapely.get_coordinates(outlines, return_index=True)
    # Steps from one ring to the next count too; `_cut` looks again.
    is_long = (_segment_m(xy[:-1], xy[1:]) > longest_m) & (owner[:-1] == owner[1:])
    for position in np.unique(owner[:-1][is_long]):
        outlines[position] = _densified_one(outlines[position], longest_m)
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
    counts = np.ceil(_segment_m(coordinates[:-1], coordinates[1:]) / longest_m).astype(int)
    pieces = []
    done = 0
    for position in np.flatnonzero(counts > 1).tolist():
        start, end = coordinates[position], coordinates[position + 1]
        backward = tuple(end) < tuple(start)
        low, high = (end, start) if backward else (start, end)
        share = np.arange(1, counts[position])[:, None] / counts[position]
        between = low + (high - low) * share
        pieces += [coordinates[done : position + 1], between[::-1] if backward else between]
        done = position + 1
    return np.concatenate([*pieces, coordinates[done:]])


def _segment_m(start: Floats, end: Floats) -> Floats:
    """Return rough metres of lon/lat segments: only ever used to decide on densifying."""
    squeeze = np.cos(np.radians((start[:, 1] + end[:, 1]) / 2))
    metres: Floats = _METRES_PER_DEGREE * np.hypot(
        (end[:, 0] - start[:, 0]) * squeeze, end[:, 1] - start[:, 1]
    )
    return metres
