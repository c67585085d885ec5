"""Datums in, EPSG:4490 out, and measures in metres: the only room that knows PROJ.

Longitude (or easting) always comes first. WGS-84 and CGCS2000 are taken as equal: PROJ has only
a ballpark between them, and the plates' drift since 2000 is less than a phone can tell.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import overload

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry.base import BaseGeometry

from gridsvc.core.geo import china
from gridsvc.core.geo.coordinates import BadCoordinate as BadCoordinate
from gridsvc.core.geo.coordinates import check_degrees, check_finite, check_landed

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
#: west, south, east, north in degrees
Bounds = tuple[float, float, float, float]

NAMED_DATUMS = ("wgs84", "gcj02", "bd09", "cgcs2000")
HOME_METRIC_CRS = "EPSG:4547"
# Area of use of EPSG:4547 (3° Gauss-Krüger, CM 114°E).
HOME_METRIC_BOUNDS: Bounds = (112.5, 21.52, 115.5, 45.45)

# CRSs that are the lon/lat plane of EPSG:4490 within what anybody can measure.
_SAME_PLANE = {
    "EPSG:4326": "wgs84",
    "OGC:CRS84": "wgs84",
    "CRS84": "wgs84",
    "EPSG:4490": "cgcs2000",
}


class UnknownDatum(ValueError):
    """No datum goes by this name."""

    def __init__(self, name: str) -> None:
        known = ", ".join(NAMED_DATUMS)
        super().__init__(
            f"unknown datum {name!r}: known are {known}, or a CRS as EPSG:number (EPSG:4547)"
        )


@overload
def to_4490(lon: float, lat: float, datum: str) -> tuple[float, float]: ...
@overload
def to_4490(lon: Floats, lat: Floats, datum: str) -> tuple[Floats, Floats]: ...
def to_4490(
    lon: float | Floats, lat: float | Floats, datum: str
) -> tuple[float | Floats, float | Floats]:
    """Convert from a datum to EPSG:4490 degrees; scalars give floats, arrays give arrays.

    Raises `UnknownDatum`, and `BadCoordinate` for the first value that is NaN, infinite, or
    out of range before or after the conversion.
    """
    return _converted(lon, lat, datum, inverse=False)


@overload
def from_4490(lon: float, lat: float, datum: str) -> tuple[float, float]: ...
@overload
def from_4490(lon: Floats, lat: Floats, datum: str) -> tuple[Floats, Floats]: ...
def from_4490(
    lon: float | Floats, lat: float | Floats, datum: str
) -> tuple[float | Floats, float | Floats]:
    """Convert EPSG:4490 degrees to a datum; the counterpart of `to_4490`."""
    return _converted(lon, lat, datum, inverse=True)


def geometries_to_4490(geometries: ArrayLike, datum: str) -> Geometries:
    """Convert every vertex of the geometries (2D) from a datum; same shape, None stays None."""
    flat = shapely.force_2d(np.asarray(geometries, dtype=object))
    xy = shapely.get_coordinates(flat)
    lon, lat = to_4490(xy[:, 0], xy[:, 1], datum)
    return _with_coordinates(flat, lon, lat)


def check_datum(datum: str) -> str:
    """Return the datum's plain name (`wgs84`, `EPSG:4547` …) or raise `UnknownDatum`."""
    return _plain(datum)


def is_degrees(datum: str) -> bool:
    """Tell whether the numbers of a datum are degrees of longitude and latitude."""
    return _is_degrees(_plain(datum))


@lru_cache(maxsize=64)
def area_of_use(datum: str) -> Bounds | None:
    """Return where a CRS is meant to be used; None for the named datums and where unknown."""
    name = _plain(datum)
    if name in NAMED_DATUMS:
        return None
    crs = pyproj.CRS.from_user_input(name)
    if crs.area_of_use is None and (number := crs.to_epsg()) is not None:
        # A .prj has no room for the area of use; the number it stands for has one.
        crs = pyproj.CRS.from_epsg(number)
    use = crs.area_of_use
    return None if use is None else (use.west, use.south, use.east, use.north)


@dataclass(frozen=True)
class MetricPlane:
    """A plane in metres for one extent: EPSG:4547 or the UTM zone of the extent's middle."""

    crs: str

    def project(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Project 4490 degrees to metres; what the plane cannot hold becomes infinite."""
        x, y = self._forward.transform(lon, lat)
        return x, y

    def unproject(self, x: float, y: float) -> tuple[float, float]:
        """Return the lon/lat of a point of the plane."""
        lon, lat = self._backward.transform(x, y)
        return float(lon), float(lat)

    def geometries(self, geometries_4490: ArrayLike) -> Geometries:
        """Project geometries vertex by vertex; None stays None."""
        flat = np.asarray(geometries_4490, dtype=object)
        xy = shapely.get_coordinates(flat)
        return _with_coordinates(flat, *self.project(xy[:, 0], xy[:, 1]))

    def geometries_back(self, geometries: ArrayLike) -> Geometries:
        """Bring geometries of the plane back to 4490 degrees."""
        flat = np.asarray(geometries, dtype=object)
        xy = shapely.get_coordinates(flat)
        return _with_coordinates(flat, *self._backward.transform(xy[:, 0], xy[:, 1]))

    @cached_property
    def _forward(self) -> pyproj.Transformer:
        return _transformer("EPSG:4490", self.crs)

    @cached_property
    def _backward(self) -> pyproj.Transformer:
        return _transformer(self.crs, "EPSG:4490")


def metric_crs_for(bounds: Bounds) -> str:
    """Choose the metric CRS of an extent in degrees.

    EPSG:4547 where the whole extent lies in its area of use, else the UTM zone of the middle.
    """
    west, south, east, north = bounds
    home_west, home_south, home_east, home_north = HOME_METRIC_BOUNDS
    if west >= home_west and east <= home_east and south >= home_south and north <= home_north:
        return HOME_METRIC_CRS
    zone = min(int(((west + east) / 2 + 180.0) // 6.0) + 1, 60)
    return f"EPSG:{(32600 if south + north >= 0 else 32700) + zone}"


def metric_plane_for(geometries_4490: ArrayLike) -> MetricPlane:
    """Return the plane in which geometries are measured; EPSG:4547 when there are none."""
    geometries = np.asarray(geometries_4490, dtype=object)
    bounds = shapely.total_bounds(geometries) if geometries.size else np.array([np.nan])
    if np.isnan(bounds).any():
        return MetricPlane(HOME_METRIC_CRS)
    west, south, east, north = (float(value) for value in bounds)
    return MetricPlane(metric_crs_for((west, south, east, north)))


def area_m2(outlines_4490: ArrayLike) -> Floats:
    """Return the area of each outline in m², measured in the metric CRS of all of them."""
    outlines = np.asarray(outlines_4490, dtype=object)
    areas: Floats = shapely.area(metric_plane_for(outlines).geometries(outlines))
    return areas


def length_m(lines_4490: ArrayLike) -> Floats:
    """Return the length of each geometry in metres (perimeter for outlines)."""
    lines = np.asarray(lines_4490, dtype=object)
    lengths: Floats = shapely.length(metric_plane_for(lines).geometries(lines))
    return lengths


def distance_m(one_4490: BaseGeometry, other_4490: BaseGeometry) -> float:
    """Return the metres between two geometries, 0 where they meet."""
    pair = np.array([one_4490, other_4490], dtype=object)
    one, other = metric_plane_for(pair).geometries(pair)
    return float(shapely.distance(one, other))


def ground_m(lon: Floats, lat: Floats, other_lon: Floats, other_lat: Floats) -> Floats:
    """Return geodesic metres between pairs of places, for distances no plane can hold."""
    _, _, metres = _ellipsoid().inv(lon, lat, other_lon, other_lat)
    return np.asarray(metres, dtype=float)


def _converted(
    lon: float | Floats, lat: float | Floats, datum: str, *, inverse: bool
) -> tuple[float | Floats, float | Floats]:
    name = _plain(datum)
    scalar = np.ndim(lon) == 0 and np.ndim(lat) == 0
    x, y = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
    if inverse or _is_degrees(name):
        check_degrees(x, y, scalar=scalar)
    else:
        check_finite(x, y, scalar=scalar)
    if name == "gcj02":
        x, y = (china.gcj02_from_wgs84 if inverse else china.wgs84_from_gcj02)(x, y)
    elif name == "bd09":
        x, y = (china.bd09_from_wgs84 if inverse else china.wgs84_from_bd09)(x, y)
    elif name not in NAMED_DATUMS:
        ends = ("EPSG:4490", name) if inverse else (name, "EPSG:4490")
        given_x, given_y = x, y
        x, y = _transformer(*ends).transform(x, y)
        check_landed(given_x, given_y, x, y, name, degrees=not inverse, scalar=scalar)
    return (float(x[0]), float(y[0])) if scalar else (x, y)


@lru_cache(maxsize=64)
def _plain(datum: str) -> str:
    lowered = datum.strip().lower().replace("-", "")
    if lowered in NAMED_DATUMS:
        return lowered
    name = datum.strip().upper()
    if name in _SAME_PLANE:
        return _SAME_PLANE[name]
    # WKT is what a file says of itself when its CRS has no number.
    is_wkt = "[" in name
    if not is_wkt and not (name.startswith("EPSG:") and name[5:].isdigit()):
        raise UnknownDatum(datum)
    try:
        crs = pyproj.CRS.from_user_input(datum if is_wkt else name)
    except CRSError as error:
        raise UnknownDatum(datum) from error
    if not (crs.is_geographic or crs.is_projected):
        # Heights are dropped from geometries, and so is the part of a CRS that tells them.
        crs = crs.to_2d()
    if not (crs.is_geographic or crs.is_projected):
        raise UnknownDatum(datum)
    if len(crs.axis_info) != 2:
        flat = crs.to_2d().to_string()
        return _SAME_PLANE.get(flat, flat)
    return datum if is_wkt else name


@lru_cache(maxsize=64)
def _is_degrees(name: str) -> bool:
    if name in NAMED_DATUMS:
        return True
    crs = pyproj.CRS.from_user_input(name)
    return crs.is_geographic and crs.axis_info[0].unit_name == "degree"


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    """Return a transformer with longitude or easting first (safe to share by threads)."""
    try:
        return pyproj.Transformer.from_crs(source, target, always_xy=True)
    except ProjError as error:
        raise UnknownDatum(source if target == "EPSG:4490" else target) from error


@lru_cache(maxsize=1)
def _ellipsoid() -> pyproj.Geod:
    return pyproj.Geod(ellps="GRS80")


def _with_coordinates(geometries: Geometries, x: Floats, y: Floats) -> Geometries:
    changed: Geometries = shapely.set_coordinates(np.copy(geometries), np.column_stack((x, y)))
    return changed
