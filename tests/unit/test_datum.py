import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.core.geo import datum
from gridsvc.core.geo.densify import densified

LONS = st.floats(-179.9, 179.9)
LATS = st.floats(-84.0, 84.0)


@pytest.mark.parametrize("name", ["wgs84", "WGS-84", "cgcs2000", "EPSG:4490", "epsg:4326"])
def test_wgs84_and_cgcs2000_are_one_plane(name: str) -> None:
    assert datum.to_4490(113.75, 23.02, name) == (113.75, 23.02)


def test_the_projected_planes_take_easting_first() -> None:
    east, north = datum.from_4490(114.3, 30.6, "EPSG:4547")

    assert (east, north) == pytest.approx((528_770.237, 3_386_666.251), abs=0.001)
    assert datum.from_4490(114.3, 30.6, "EPSG:4526")[0] == pytest.approx(38_528_770.237, abs=0.001)
    assert datum.to_4490(east, north, "EPSG:4547") == pytest.approx((114.3, 30.6), abs=1e-9)


def test_near_dongguan_the_web_map_datums_shift_by_the_known_amounts() -> None:
    gcj = np.subtract(datum.from_4490(113.75, 23.02, "gcj02"), (113.75, 23.02))
    bd = np.subtract(datum.from_4490(113.75, 23.02, "bd09"), (113.75, 23.02))

    assert gcj == pytest.approx((0.0051, -0.0028), abs=3e-4)
    assert bd == pytest.approx((0.0115, 0.0034), abs=3e-4)


@given(lon=LONS, lat=LATS, name=st.sampled_from(["gcj02", "bd09"]))
def test_shifted_datums_come_back_within_a_millimetre(lon: float, lat: float, name: str) -> None:
    shifted = datum.from_4490(lon, lat, name)
    back = datum.to_4490(*shifted, name)
    again = datum.from_4490(*back, name)

    # At the rim of the Chinese box two places shift to the same one: there only that holds.
    assert np.abs(np.subtract(again, shifted)).max() * 111_320 < 0.001
    inside = 72.1 < lon < 137.7 and 0.9 < lat < 55.7
    if inside:
        assert np.abs(np.subtract(back, (lon, lat))).max() * 111_320 < 0.001


@pytest.mark.parametrize("name", ["gcj02", "bd09"])
@pytest.mark.parametrize("place", [(-74.0, 40.7), (151.2, -33.9), (10.0, 50.0), (0.0, 90.0)])
def test_nothing_is_shifted_outside_china(name: str, place: tuple[float, float]) -> None:
    assert datum.from_4490(*place, name) == place
    assert datum.to_4490(*place, name) == place


@given(lon=st.floats(108.0, 120.0), lat=LATS, name=st.sampled_from(["EPSG:4547", "EPSG:4526"]))
def test_projected_planes_come_back_within_a_millimetre(lon: float, lat: float, name: str) -> None:
    back = datum.to_4490(*datum.from_4490(lon, lat, name), name)

    assert np.abs(np.subtract(back, (lon, lat))).max() * 111_320 < 0.001


def test_arrays_and_scalars_agree() -> None:
    lon, lat = np.array([113.7, 113.8]), np.array([22.9, 23.1])

    many = datum.to_4490(lon, lat, "bd09")

    assert datum.to_4490(113.8, 23.1, "bd09") == (many[0][1], many[1][1])


@pytest.mark.parametrize(
    ("lon", "lat", "name", "message"),
    [
        (float("nan"), 23.0, "wgs84", "lon = nan is not a number"),
        (113.0, float("inf"), "gcj02", "lat = inf is not a number"),
        (23.0, 113.0, "wgs84", r"lat = 113.0 lies outside ±90° \(swapped lon and lat\?\)"),
        (528_770.0, 3_386_666.0, "wgs84", "metres taken for degrees"),
        (float("nan"), 1.0, "EPSG:4547", "x = nan is not a number"),
        (1e20, 1e20, "EPSG:4547", "cannot be converted from EPSG:4547"),
    ],
)
def test_a_bad_value_is_named(lon: float, lat: float, name: str, message: str) -> None:
    with pytest.raises(datum.BadCoordinate, match=message):
        datum.to_4490(lon, lat, name)


def test_a_bad_value_in_an_array_comes_with_its_position() -> None:
    with pytest.raises(datum.BadCoordinate, match=r"lat = 95.0 .* at position 1") as caught:
        datum.to_4490(np.array([1.0, 2.0]), np.array([3.0, 95.0]), "wgs84")

    assert caught.value.position == 1


@pytest.mark.parametrize("name", ["wgs72", "EPSG:0", "EPSG:4978", "", "4490"])
def test_an_unknown_datum_lists_the_known_ones(name: str) -> None:
    with pytest.raises(datum.UnknownDatum, match="wgs84, gcj02, bd09, cgcs2000"):
        datum.to_4490(1.0, 2.0, name)


@pytest.mark.parametrize(
    ("bounds", "crs"),
    [
        ((113.5, 22.6, 114.3, 23.2), "EPSG:4547"),
        ((112.0, 22.6, 114.3, 23.2), "EPSG:32649"),
        ((116.0, 39.0, 117.0, 40.0), "EPSG:32650"),
        ((-70.6, -33.6, -70.5, -33.4), "EPSG:32719"),
        ((179.0, 1.0, 180.0, 2.0), "EPSG:32660"),
    ],
)
def test_the_metric_crs_follows_the_extent(bounds: datum.Bounds, crs: str) -> None:
    assert datum.metric_crs_for(bounds) == crs


def test_measures_are_in_metres() -> None:
    x, y = datum.to_4490(
        np.array([500_000.0, 500_100.0, 500_100.0, 500_000.0]),
        np.array([2_545_000.0, 2_545_000.0, 2_545_200.0, 2_545_200.0]),
        "EPSG:4547",
    )
    outline = shapely.Polygon(np.column_stack((x, y)))
    point = shapely.Point(*datum.to_4490(500_130.0, 2_545_100.0, "EPSG:4547"))

    assert datum.area_m2([outline])[0] == pytest.approx(20_000.0, abs=0.01)
    assert datum.length_m([outline])[0] == pytest.approx(600.0, abs=0.001)
    assert datum.distance_m(outline, point) == pytest.approx(30.0, abs=0.001)
    assert datum.distance_m(outline, outline) == 0.0


def test_geometries_are_converted_vertex_by_vertex() -> None:
    outline = shapely.Polygon([(113.7, 23.0, 5.0), (113.8, 23.0, 5.0), (113.8, 23.1, 5.0)])
    lon, lat = datum.from_4490(113.7, 23.0, "gcj02")

    converted = datum.geometries_to_4490([shapely.Point(lon, lat), None, outline], "gcj02")

    assert shapely.get_coordinates(converted[0])[0] == pytest.approx((113.7, 23.0), abs=1e-9)
    assert converted[1] is None
    assert not converted[2].has_z


def test_long_segments_are_cut_on_their_straight_line_and_alike_for_both_owners() -> None:
    left = shapely.box(113.70, 23.0, 113.75, 23.04)
    right = shapely.box(113.75, 23.0, 113.80, 23.04)

    cut_left, cut_right, nothing = densified([left, right, None])

    assert nothing is None
    assert shapely.coverage_is_valid([cut_left, cut_right])
    assert len(cut_left.exterior.coords) > 30
    rings = shapely.get_coordinates([cut_left, cut_right])
    assert shapely.distance(left.union(right).boundary, shapely.points(rings)).min() < 1e-12
    assert cut_left.symmetric_difference(left).area < 1e-12
    steps = shapely.LineString(cut_left.exterior.coords)
    assert max(datum.length_m(_segments(steps))) <= 501.0


def test_short_segments_stay_as_they_are() -> None:
    outline = shapely.Polygon([(113.7, 23.0), (113.701, 23.0), (113.701, 23.001)])

    assert densified([outline])[0] is outline


def _segments(line: shapely.LineString) -> list[shapely.LineString]:
    xy = shapely.get_coordinates(line)
    return [shapely.LineString(pair) for pair in itertools.pairwise(xy)]
