"""GCJ-02 and BD-09, the shifted coordinates of Chinese web maps, as plain NumPy.

The forward formula is the published reverse-engineered one; its agreement with the
official, secret algorithm is not proven. The inverse is the fixed point of our own forward.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Shift = Callable[[Floats, Floats], tuple[Floats, Floats]]

# The box inside which Chinese maps are shifted; outside of it all three datums agree.
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271

_SEMI_MAJOR_M = 6_378_245.0  # Krasovsky 1940, as the formula has it
_ECCENTRICITY_2 = 0.00669342162296594323
_BD_TURN = np.pi * 3000.0 / 180.0
# Every round shrinks the error at least twentyfold, so ten end at the noise of a double.
_ROUNDS = 10


def gcj02_from_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift WGS-84 degrees to GCJ-02 degrees; identity outside China."""
    return _inside_china_only(_to_gcj02, lon, lat)


def bd09_from_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift WGS-84 degrees to BD-09 degrees; identity outside China."""
    return _inside_china_only(_to_bd09, lon, lat)


def wgs84_from_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Undo `gcj02_from_wgs84` to well under 1 mm."""
    return _undo(_to_gcj02, lon, lat)


def wgs84_from_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Undo `bd09_from_wgs84` to well under 1 mm."""
    return _undo(_to_bd09, lon, lat)


def _in_china(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    return (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)


def _inside_china_only(shift: Shift, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    inside = _in_china(lon, lat)
    shifted_lon, shifted_lat = shift(lon, lat)
    return np.where(inside, shifted_lon, lon), np.where(inside, shifted_lat, lat)


def _undo(shift: Shift, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Find the place that `shift` moves to lon/lat.

    A place whose origin would lie outside China was never shifted: it is its own origin.
    """
    # Nothing is moved by a degree. What lies further out is left alone: it would run away.
    near = (lon > WEST - 1) & (lon < EAST + 1) & (lat > SOUTH - 1) & (lat < NORTH + 1)
    lon_near, lat_near = np.where(near, lon, 105.0), np.where(near, lat, 35.0)
    origin_lon, origin_lat = lon_near, lat_near
    for _ in range(_ROUNDS):
        moved_lon, moved_lat = shift(origin_lon, origin_lat)
        origin_lon = origin_lon + (lon_near - moved_lon)
        origin_lat = origin_lat + (lat_near - moved_lat)
    inside = near & _in_china(origin_lon, origin_lat)
    return np.where(inside, origin_lon, lon), np.where(inside, origin_lat, lat)


def _to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    both = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y / 30.0 * np.pi)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    radians = np.radians(lat)
    w2 = 1.0 - _ECCENTRICITY_2 * np.sin(radians) ** 2
    w = np.sqrt(w2)
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_2) / (w2 * w)
    parallel_m = _SEMI_MAJOR_M / w * np.cos(radians)
    return lon + np.degrees(east / parallel_m), lat + np.degrees(north / meridian_m)


def _to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    x, y = _to_gcj02(lon, lat)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
