"""The table of cells against GEOS on every kind of input: the same answer everywhere, always."""

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from gridsvc.core.geo.locate import MATCHES, Area, Locator, Match
from tests.bench.coverage import crooked_lattice, random_places
from tests.builders import areas, coverage_with_hole_and_parts, lattice
from tests.plain_locator import PlainLocator

Outlines = list[Polygon | MultiPolygon]

CORNER = np.array([113.7, 23.0])


def blobs(rng: np.random.Generator) -> Outlines:
    """Circles of all sizes that overlap."""
    centres = CORNER + rng.uniform(0, 0.05, (int(rng.integers(1, 30)), 2))
    sizes = 10.0 ** rng.uniform(-4, -1.5, len(centres))
    return [
        Point(c).buffer(r, quad_segs=int(rng.integers(1, 9)))
        for c, r in zip(centres, sizes, strict=True)
    ]


def scrawls(rng: np.random.Generator) -> Outlines:
    """Rings that cross themselves."""
    return [Polygon(CORNER + rng.uniform(0, 0.02, (k, 2))) for k in rng.integers(3, 12, size=6)]


def heaps(rng: np.random.Generator) -> Outlines:
    """Multipolygons whose parts overlap."""
    discs = [Point(p).buffer(0.005) for p in CORNER + rng.uniform(0, 0.02, (8, 2))]
    return [MultiPolygon(discs[:4]), MultiPolygon(discs[4:])]


def fan(rng: np.random.Generator) -> Outlines:
    """More areas at one point than a cell can tell apart."""
    turns = np.append(np.arange(0, 2 * np.pi, 0.2), 2 * np.pi) + rng.uniform(0, 0.1)
    rim = np.column_stack((113.7 + 0.01 * np.cos(turns), 23.0 + 0.01 * np.sin(turns)))
    return [Polygon([(113.7, 23.0), a, b]) for a, b in itertools.pairwise(rim)]


def unlike(rng: np.random.Generator) -> Outlines:
    """Small cells beside an area that is thousands of times as large."""
    return [*lattice(5, 5, seed=int(rng.integers(99))), box(100, 20, 113.6, 30)]


def pin_head(rng: np.random.Generator) -> Outlines:
    """A coverage a millimetre across."""
    corner = (113.7, 23.0)
    return [
        shapely.affinity.scale(c, 1e-7, 1e-7, origin=corner)
        for c in lattice(3, 3, seed=int(rng.integers(99)))
    ]


KINDS = {
    "coverage": lambda rng: coverage_with_hole_and_parts(int(rng.integers(999))),
    "lattice": lambda rng: lattice(*rng.integers(1, 9, 2), seed=int(rng.integers(999))),
    "squares": lambda rng: lattice(*rng.integers(1, 9, 2), seed=None),
    "crooked": lambda rng: list(crooked_lattice(40, seed=int(rng.integers(999)))),
    "flat": lambda _: [Polygon([(113, 23), (114, 23), (113.5, 23)]), box(113.2, 22.9, 113.21, 23)],
    "poles": lambda _: [box(176, 86, 180, 90), box(170, 80, 176, 88), Point(174, 85).buffer(1)],
    **{f.__name__: f for f in (blobs, scrawls, heaps, fan, unlike, pin_head)},
}


def hard_places(
    rng: np.random.Generator, outlines: Outlines, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Places anywhere, at vertices, along edges, level with vertices, each also moved a little."""
    xy = shapely.get_coordinates(outlines)
    low, high = xy.min(axis=0), xy.max(axis=0)
    size = float((high - low).max())
    some = rng.integers(0, len(xy) - 1, (4, count))
    share = rng.uniform(0, 1, (count, 1))
    exact = np.concatenate(
        [
            rng.uniform(low - 0.1 * size, high + 0.1 * size, (count, 2)),
            xy[some[0]],
            xy[some[1]] + share * (xy[some[1] + 1] - xy[some[1]]),
            np.column_stack((xy[some[2], 0], xy[some[3], 1])),
        ]
    )
    step = rng.integers(-1, 2, exact.shape)
    ulp = np.where(step, np.nextafter(exact, np.where(step > 0, np.inf, -np.inf)), exact)
    near = exact + rng.normal(0, size, exact.shape) * 10.0 ** rng.uniform(-13, -3, (len(exact), 1))
    moved = np.concatenate([exact, ulp, near])
    return moved[:, 0].copy(), moved[:, 1].copy()


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_place_is_answered_as_by_predicates_alone(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    outlines = KINDS[kind](rng)
    of = areas(outlines, frozenset(rng.integers(0, len(outlines), 3).tolist()))
    nearest_m = float(rng.choice([0.0, 200.0, 5_000.0]))
    lon, lat = hard_places(rng, outlines, 40)

    found = Locator(of, nearest_m).locate_many(lon, lat, distances=False)

    expected = PlainLocator(of, nearest_m).locate_many(lon, lat, distances=False)
    different = np.flatnonzero((found.index != expected.index) | (found.match != expected.match))
    assert [(lon[i], lat[i], found.match[i], expected.match[i]) for i in different] == []
    assert dict(found.ties) == dict(expected.ties)


def test_a_place_alone_is_answered_as_among_many() -> None:
    outlines = coverage_with_hole_and_parts()
    locator = Locator(areas(outlines, frozenset({0, 5})))
    lon, lat = hard_places(np.random.default_rng(3), outlines, 60)

    found = locator.locate_many(lon, lat, distances=False)

    for i in range(lon.size):
        alone = locator.place_of(lon[i], lat[i])
        key = locator.areas[found.index[i]].key if found.index[i] >= 0 else None
        assert (alone.key, alone.match) == (key, MATCHES[found.match[i]])


@pytest.mark.parametrize("wrong", [(np.nan, 23.0), (np.inf, 23.0), (113.7, 90.1), (-180.1, 0.0)])
def test_what_is_no_place_on_earth_is_refused_quickly_too(wrong: tuple[float, float]) -> None:
    edge_of_the_world = Locator([Area(key=1, code="A1", outline=box(-180, -90, 180, 90))])

    with pytest.raises(ValueError, match=r"l(on|at) = "):
        edge_of_the_world.place_of(*wrong)


def test_the_ends_of_the_earth_are_places() -> None:
    whole = Locator([Area(key=1, code="A1", outline=box(-180, -90, 180, 90))])
    beyond = np.nextafter(180.0, 200.0)

    found = whole.locate_many(
        np.array([180.0, -180.0, beyond, -beyond, 0.0, 0.0]),
        np.array([90.0, 0.0, 0.0, 0.0, -91.0, 0.0]),
        distances=False,
    )

    assert found.match[[0, 1]].tolist() == [MATCHES.index(Match.EDGE)] * 2
    assert found.bad_places.tolist() == [2, 3, 4]
    assert found.match[5] == MATCHES.index(Match.INSIDE)


def test_without_distances_there_are_none_and_nothing_else_changes() -> None:
    locator = Locator(areas(coverage_with_hole_and_parts()))
    lon, lat = hard_places(np.random.default_rng(4), [a.outline for a in locator.areas], 50)

    without = locator.locate_many(lon, lat, distances=False)
    told = locator.locate_many(lon, lat)

    assert np.isnan(without.edge_distance_m).all()
    assert np.isfinite(told.edge_distance_m).all()
    assert np.array_equal(without.index, told.index)
    assert np.array_equal(without.match, told.match)
    assert without.ties == told.ties


def test_a_long_road_of_an_area_is_found_whole() -> None:
    road = LineString([(113.0, 22.5), (114.5, 23.4)]).buffer(2e-5, cap_style="flat")
    locator = Locator([Area(key=1, code="A1", outline=road)], nearest_m=0.0)
    along = np.linspace(0.001, 0.999, 500)

    found = locator.locate_many(113.0 + 1.5 * along, 22.5 + 0.9 * along, distances=False)

    assert set(found.match.tolist()) == {MATCHES.index(Match.INSIDE)}


def test_a_city_fits_in_four_kilobytes_a_grid_and_has_few_doubts() -> None:
    outlines = crooked_lattice(900, per_side=20)
    locator = Locator(
        [Area(key=i, code=f"{i:05d}", outline=outline) for i, outline in enumerate(outlines)]
    )
    lon, lat = random_places(outlines, 50_000)
    index, match = np.empty(lon.size, np.int32), np.empty(lon.size, np.uint8)

    locator._kernels.find_many(lon, lat, *locator.cells.arrays, index, match)

    assert locator.cells.size / 900 <= 4096
    assert np.mean(match == locator._kernels.MATCH_EXACT) < 0.001
