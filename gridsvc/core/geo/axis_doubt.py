"""Can these numbers be coordinates of that datum? Told by where they would put the land.

Swapped axes, feet for metres, degrees for metres and the zone number in front of an easting
all give numbers that are possible by themselves, but on the other side of the Earth.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gridsvc.core.geo.coordinates import BadCoordinate
from gridsvc.core.geo.datum import area_of_use, is_degrees, to_4490

Floats = NDArray[np.float64]

# A CRS is used beyond its borders by a neighbour, but not on another continent.
_NEAR_DEGREES = 3.0
_FAR_DEGREES = 10.0
_FOOT_M = 0.3048
_ZONE_M = 1_000_000.0
# Gauss-Krüger zones over China: number → EPSG with and without it in front of the easting.
_ZONES_3_DEGREES = range(25, 46)
_ZONES_6_DEGREES = range(13, 24)


def doubt_axes(x: Floats, y: Floats, datum: str) -> tuple[str, str] | None:
    """Return why the numbers cannot be meant as `datum`, and what to do; None without doubt.

    `x` is what stands first. Only the middle of all numbers is judged, so that one bad vertex
    is left to the check that names it.
    """
    finite = np.isfinite(x) & np.isfinite(y)
    use = area_of_use(datum)
    if not finite.any():
        return None
    first, second = float(np.median(x[finite])), float(np.median(y[finite]))
    said = f"({first:,.10g}, {second:,.10g})"
    if not is_degrees(datum) and bool(
        (np.abs(x[finite]) <= 180.0).all() and (np.abs(y[finite]) <= 90.0).all()
    ):
        return (
            f"its coordinates, such as {said}, look like degrees, not like {_name(datum)}",
            "Declare the datum they are really in, for instance with --crs wgs84",
        )
    if use is None or _lies_near(first, second, datum, _NEAR_DEGREES):
        return None
    for is_meant, statement, advice in _EXPLANATIONS:
        if is_degrees(datum) and statement is not _SWAPPED:
            continue
        if is_meant(first, second, datum):
            return statement.format(said=said, datum=_name(datum)), advice(first, datum)
    if not is_degrees(datum) and not _lies_near(first, second, datum, _FAR_DEGREES):
        return (
            f"its coordinates, such as {said}, lie far from where {_name(datum)} is used",
            "Declare the datum they are really in with --crs",
        )
    return None


def _lies_near(x: float, y: float, datum: str, degrees: float) -> bool:
    west, south, east, north = area_of_use(datum) or (-180.0, -90.0, 180.0, 90.0)
    try:
        lon, lat = to_4490(x, y, datum)
    except BadCoordinate:
        return False
    return bool(
        west - degrees <= lon <= east + degrees and south - degrees <= lat <= north + degrees
    )


def _zoned(x: float) -> bool:
    return int(x // _ZONE_M) in {*_ZONES_3_DEGREES, *_ZONES_6_DEGREES}


def _zone_advice(x: float, _: str) -> str:
    zone = int(x // _ZONE_M)
    epsg = 4513 + zone - 25 if zone in _ZONES_3_DEGREES else 4491 + zone - 13
    return f"Declare the CRS with the zone number, probably --crs EPSG:{epsg}"


def _lacks_zone(x: float, y: float, datum: str) -> bool:
    return abs(x) < _ZONE_M and any(
        _lies_near(x + zone * _ZONE_M, y, datum, _NEAR_DEGREES)
        for zone in (*_ZONES_3_DEGREES, *_ZONES_6_DEGREES)
    )


_SWAPPED = (
    "its axes are swapped: coordinates such as {said} have the northing (latitude) first, where "
    "the easting (longitude) belongs for {datum}"
)
_Meant = Callable[[float, float, str], bool]
_Advice = Callable[[float, str], str]
_EXPLANATIONS: tuple[tuple[_Meant, str, _Advice], ...] = (
    (
        lambda x, y, datum: _lies_near(y, x, datum, _NEAR_DEGREES),
        _SWAPPED,
        lambda *_: "Swap the two, in QGIS with 'Swap X and Y coordinates', and try again",
    ),
    (
        lambda x, y, datum: _zoned(x) and _lies_near(x % _ZONE_M, y, datum, _NEAR_DEGREES),
        "its eastings, such as in {said}, have the zone number in front, which {datum} has not",
        _zone_advice,
    ),
    (
        _lacks_zone,
        "its eastings, such as in {said}, lack the zone number that {datum} has in front",
        lambda *_: "Declare the CRS without the zone number, for instance --crs EPSG:4547",
    ),
    (
        lambda x, y, datum: _lies_near(x * _FOOT_M, y * _FOOT_M, datum, _NEAR_DEGREES),
        "its coordinates, such as {said}, seem to be in feet, where {datum} counts metres",
        lambda *_: "Declare the CRS in feet, or convert the file to metres",
    ),
    (
        lambda x, y, datum: _lies_near(x / _FOOT_M, y / _FOOT_M, datum, _NEAR_DEGREES),
        "its coordinates, such as {said}, seem to be in metres, where {datum} counts feet",
        lambda *_: "Declare the CRS in metres with --crs",
    ),
)


def _name(datum: str) -> str:
    return datum if "[" not in datum else datum.split('"')[1]
