"""Borders in metres: how far a place is from one, which area is nearest, whose a circle is.

Whether a place lies inside an area is not decided here: that is exact and belongs to the
lon/lat plane (`locate.py`); this room only measures.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from gridsvc.core.geo.datum import ground_m, metric_plane_for
from gridsvc.core.geo.densify import densified

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
Geometries = NDArray[np.object_]

#: Two areas count as equally near within this; rounding must not decide between them.
TIE_M = 1e-6
#: The widest reach anybody may ask for; well under `_REACH_DEGREES`.
WIDEST_NEAREST_M = 100_000.0
#: A reading worse than this says nothing about the grid; larger circles are cut down to it.
WORST_ACCURACY_M = 5_000.0
# Beyond this many degrees around all areas the metric plane is not trusted with distances.
_REACH_DEGREES = 1.0


class Borders:
    """The borders of a fixed sequence of outlines, none of them empty."""

    def __init__(self, outlines_4490: Geometries) -> None:
        self.plane = metric_plane_for(outlines_4490)
        self._outlines = self.plane.geometries(densified(outlines_4490))
        # What lies half the Earth away from the plane's middle cannot be measured in it.
        xy, owner = shapely.get_coordinates(self._outlines, return_index=True)
        self._outlines[owner[~np.isfinite(xy).all(axis=1)]] = None
        self._lines = shapely.boundary(self._outlines)
        self._tree = shapely.STRtree(self._outlines)
        self._hull = shapely.convex_hull(shapely.geometrycollections(outlines_4490))
        west, south, east, north = shapely.total_bounds(outlines_4490)
        self._south, self._north = south - _REACH_DEGREES, north + _REACH_DEGREES
        squeeze = np.cos(np.radians(min(max(abs(self._south), abs(self._north)), 89.0)))
        self._west = west - _REACH_DEGREES / squeeze
        self._east = east + _REACH_DEGREES / squeeze

    def distance_m(self, lon: Floats, lat: Floats, areas: Positions) -> Floats:
        """Return metres from each place to the nearest border of its area (paired arrays).

        NaN where the plane cannot hold them: areas that span continents.
        """
        x, y = self.plane.project(lon, lat)
        finite = np.isfinite(x) & np.isfinite(y)
        metres = np.full(lon.shape, np.nan)
        metres[finite] = shapely.distance(
            shapely.points(x[finite], y[finite]), self._lines[areas[finite]]
        )
        return metres

    def nearest(self, lon: Floats, lat: Floats, within_m: float) -> tuple[Positions, Floats]:
        """Return the nearest area of each place and its metres; the lowest position on a tie.

        The area is −1 where none lies within `within_m`; the metres are told all the same. Far
        away (a degree and more from all areas) they are taken along the ellipsoid to the convex
        hull of everything: right to a fraction of a percent.
        """
        areas = np.full(lon.shape, -1, dtype=np.int64)
        metres = np.full(lon.shape, np.inf)
        near = (lon >= self._west) & (lon <= self._east)
        near &= (lat >= self._south) & (lat <= self._north)
        near &= len(self._tree) > 0
        x, y = self.plane.project(lon[near], lat[near])
        measurable = np.isfinite(x) & np.isfinite(y)
        near[near] = measurable
        here = np.flatnonzero(near)
        if here.size:
            points: Geometries = np.asarray(
                shapely.points(x[measurable], y[measurable]), dtype=object
            )
            (place, _), metres_here = self._tree.query_nearest(
                points, all_matches=False, return_distance=True
            )
            metres[here[place]] = metres_here
            close = np.flatnonzero(metres[here] <= within_m)
            place, area = self._tree.query(
                points[close], predicate="dwithin", distance=metres[here[close]] + TIE_M
            )
            lowest = np.full(close.size, len(self._outlines), dtype=np.int64)
            np.minimum.at(lowest, place, area)
            areas[here[close]] = lowest
        far = np.flatnonzero(~near)
        if far.size:
            lines = shapely.shortest_line(shapely.points(lon[far], lat[far]), self._hull)
            ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
            metres[far] = ground_m(ends[:, 0, 0], ends[:, 0, 1], ends[:, 1, 0], ends[:, 1, 1])
        return areas, metres

    def shares(self, lon: float, lat: float, radius_m: float) -> dict[int, float]:
        """Return the share of the circle around a place that lies in each area it touches."""
        x, y = self.plane.project(np.array([lon]), np.array([lat]))
        if not (np.isfinite(x).all() and np.isfinite(y).all()) or radius_m <= 0.0:
            return {}
        circle = shapely.buffer(
            shapely.points(x[0], y[0]), min(radius_m, WORST_ACCURACY_M), quad_segs=32
        )
        areas = np.sort(self._tree.query(circle))
        outlines = self._outlines[areas]
        broken = ~shapely.is_valid(outlines)
        outlines[broken] = shapely.make_valid(outlines[broken])
        shares = shapely.area(shapely.intersection(outlines, circle)) / shapely.area(circle)
        return {
            int(area): min(float(share), 1.0)
            for area, share in zip(areas, shares, strict=True)
            if share > 0.0
        }
