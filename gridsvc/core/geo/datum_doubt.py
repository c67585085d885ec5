"""Was a file's datum declared rightly? Its borders are held against a reference that is sure.

GCJ-02 read as WGS-84 moves everything some 570 m near Dongguan, BD-09 about 1.2 km; under the
right datum the borders of two files that meet run beside each other.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridsvc.core.geo.coordinates import bad_places
from gridsvc.core.geo.datum import from_4490, metric_plane_for, to_4490
from gridsvc.core.geo.densify import FAITHFUL_SEGMENT_M, densified

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

#: What a file in degrees may really be in.
SUSPECTS = ("wgs84", "gcj02", "bd09")
# Only borders that come this near to the reference can tell.
_REACH_M = 2_500.0
_FEWEST_VERTICES = 20
# Another datum must fit this much better before the declared one is doubted.
_BETTER_TIMES = 3.0
_BETTER_M = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DatumVerdict:
    """How well the borders fit the reference under each datum."""

    declared: str
    #: The datum that fits best by far, else the declared one.
    likely: str
    #: Median metres from the border vertices near the reference to its border, by datum.
    median_m: dict[str, float]
    #: Border vertices near the reference; too few of them tell nothing and `median_m` is empty.
    vertices: int

    @property
    def is_doubted(self) -> bool:
        """Tell whether another datum is the likely one."""
        return self.likely != self.declared


def judge_datum(
    outlines_4490: Geometries, declared: str, reference_4490: Geometries
) -> DatumVerdict:
    """Hold outlines that were converted from their declared datum against a reference."""
    plane = metric_plane_for(reference_4490)
    reference = shapely.union_all(
        shapely.boundary(plane.geometries(densified(reference_4490, FAITHFUL_SEGMENT_M)))
    )
    shapely.prepare(reference)
    hull = shapely.boundary(shapely.union_all(shapely.make_valid(outlines_4490)))
    xy = shapely.get_coordinates(hull)
    lon: Floats = xy[:, 0]
    lat: Floats = xy[:, 1]
    near = shapely.dwithin(shapely.points(*plane.project(lon, lat)), reference, _REACH_M)
    lon, lat = lon[near], lat[near]
    if lon.size < _FEWEST_VERTICES:
        return DatumVerdict(declared=declared, likely=declared, median_m={}, vertices=lon.size)
    raw_x, raw_y = from_4490(lon, lat, declared)
    median_m = {}
    for suspect in dict.fromkeys((declared, *SUSPECTS)):
        if suspect != declared and (bad_places(raw_x, raw_y).any() or _same(suspect, declared)):
            continue  # metres are no degrees of a shifted datum
        places = shapely.points(*plane.project(*to_4490(raw_x, raw_y, suspect)))
        median_m[suspect] = float(np.median(shapely.distance(places, reference)))
    best = min(median_m, key=lambda name: median_m[name])
    doubted = (
        median_m[declared] > _BETTER_TIMES * median_m[best]
        and median_m[declared] - median_m[best] > _BETTER_M
    )
    return DatumVerdict(
        declared=declared,
        likely=best if doubted else declared,
        median_m=median_m,
        vertices=lon.size,
    )


def _same(suspect: str, declared: str) -> bool:
    return {suspect, declared} == {"wgs84", "cgcs2000"}
