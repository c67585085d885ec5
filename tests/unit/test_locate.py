import itertools
from fractions import Fraction

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from gridsvc.core.geo.datum import distance_m
from gridsvc.core.geo.locate import MATCHES, Area, Locator, Match
from tests.builders import STEP, areas, coverage_with_hole_and_parts, lattice, vertices

OUTLINES = coverage_with_hole_and_parts()
FOREIGN = frozenset({0, 1, 4, 5, 8})  # a city line runs through the middle
AREAS = areas(OUTLINES, FOREIGN)
LOCATOR = Locator(AREAS)
VERTICES = vertices(OUTLINES)


def nudged(value: float, steps: int) -> float:
    for _ in range(abs(steps)):
        value = float(np.nextafter(value, np.inf if steps > 0 else -np.inf))
    return value


@st.composite
def places(draw: st.DrawFn) -> tuple[float, float]:
    """Random places, vertices, points along edges, all ±1 ulp, and far ones."""
    kind = draw(st.sampled_from(["random", "vertex", "edge", "bounds", "far"]))
    if kind == "far":
        return draw(st.floats(-180, 180)), draw(st.floats(-90, 90))
    if kind == "random":
        west, south, east, north = shapely.total_bounds(OUTLINES)
        return draw(st.floats(west - STEP, east + STEP)), draw(st.floats(south, north + STEP))
    i = draw(st.integers(0, len(VERTICES) - 2))
    x, y = VERTICES[i]
    if kind == "edge":
        share = draw(st.floats(0, 1))
        x, y = VERTICES[i] + share * (VERTICES[i + 1] - VERTICES[i])
    if kind == "bounds":
        y = VERTICES[draw(st.integers(0, len(VERTICES) - 1)), 1]
    ulps = st.integers(-1, 1)
    return nudged(float(x), draw(ulps)), nudged(float(y), draw(ulps))


def by_rule(areas_hit: list[Area]) -> list[int]:
    return [a.key for a in sorted(areas_hit, key=lambda a: (not a.is_home, a.code))]


@settings(max_examples=400)
@given(places())
def test_every_place_is_answered_as_geos_would(place: tuple[float, float]) -> None:
    point = Point(place)
    covering = [a for a in AREAS if a.outline.intersects(point)]
    holding = [a for a in AREAS if a.outline.contains(point)]

    answer = LOCATOR.locate(*place)

    assert answer.edge_distance_m is not None
    if covering:
        keys = by_rule(covering)
        assert [answer.key, *(c.key for c in answer.candidates)] == keys
        assert answer.match is (Match.INSIDE if holding else Match.EDGE)
        assert answer.edge_distance_m >= 0.0
    else:
        assert answer.match in (Match.NEAREST, Match.OUTSIDE)
        assert (answer.match is Match.NEAREST) == (answer.edge_distance_m >= -200.0)
        assert answer.edge_distance_m < 0.0


@settings(max_examples=150)
@given(places())
def test_inside_and_edge_are_exact_in_rational_arithmetic(place: tuple[float, float]) -> None:
    sides = [exact_side(a.outline, place) for a in AREAS]

    answer = LOCATOR.locate(*place)

    if any(side >= 0 for side in sides):
        winner = by_rule([a for a, side in zip(AREAS, sides, strict=True) if side >= 0])[0]
        assert answer.key == winner
        assert answer.match is (Match.INSIDE if 1 in sides else Match.EDGE)
    else:
        assert answer.match in (Match.NEAREST, Match.OUTSIDE)


def exact_side(outline: Polygon | MultiPolygon, place: tuple[float, float]) -> int:
    """1 inside, 0 on the border, −1 outside, with no rounding anywhere."""
    x, y = Fraction(place[0]), Fraction(place[1])
    inside = False
    for ring in shapely.get_rings(shapely.get_parts(outline)):
        xy = [(Fraction(a), Fraction(b)) for a, b in ring.coords]
        for (ax, ay), (bx, by) in itertools.pairwise(xy):
            turn = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
            within = min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by)
            if turn == 0 and within:
                return 0
            if (ay > y) != (by > y) and (turn > 0) == (by > ay):
                inside = not inside
    return 1 if inside else -1


@settings(max_examples=60, deadline=None)
@given(st.lists(places(), max_size=30))
def test_many_places_are_answered_as_one_by_one(many: list[tuple[float, float]]) -> None:
    lon, lat = (np.array([p[i] for p in many], dtype=float) for i in (0, 1))

    found = LOCATOR.locate_many(lon, lat)

    for i, place in enumerate(many):
        one = LOCATOR.locate(*place)
        assert (AREAS[found.index[i]].key if found.index[i] >= 0 else None) == one.key
        assert MATCHES[found.match[i]] is one.match
        assert found.edge_distance_m[i] == one.edge_distance_m
        ties = tuple(AREAS[k].key for k in found.ties.get(i, ()))
        assert ties == tuple(c.key for c in one.candidates)


def square(code: str, west: float, *, home: bool = True, key: int = 0) -> Area:
    outline = box(113.7 + west * STEP, 23.0, 113.7 + (west + 1) * STEP, 23.0 + STEP)
    return Area(key=key or int(code[1:]), code=code, is_home=home, outline=outline)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param(square("A2", 0), square("A1", 1), ["A1", "A2"], id="the lowest code"),
        pytest.param(square("A9", 0), square("A10", 1), ["A10", "A9"], id="compared as text"),
        pytest.param(
            square("A1", 0, home=False), square("A2", 1), ["A2", "A1"], id="the home city first"
        ),
        pytest.param(
            square("A2", 0, home=False),
            square("A1", 1, home=False),
            ["A1", "A2"],
            id="between two neighbour cities the lowest code",
        ),
    ],
)
def test_a_tie_on_a_border(left: Area, right: Area, expected: list[str]) -> None:
    answer = Locator([left, right]).locate(113.7 + STEP, 23.001)

    assert answer.match is Match.EDGE
    assert answer.edge_distance_m == 0.0
    assert [answer.code, *(c.code for c in answer.candidates)] == expected
    assert [c.share for c in answer.candidates] == [None]


def test_the_border_of_a_single_area_is_an_edge_too() -> None:
    answer = Locator([square("A1", 0)]).locate(113.7, 23.001)

    assert (answer.code, answer.match, answer.candidates) == ("A1", Match.EDGE, ())


def test_overlapping_areas_tie_by_the_same_rule() -> None:
    locator = Locator([square("A1", 0.5, home=False), square("A3", 0.2), square("A2", 0)])

    answer = locator.locate(113.7 + 0.7 * STEP, 23.001)

    assert answer.match is Match.OVERLAP
    assert (answer.code, *(c.code for c in answer.candidates)) == ("A2", "A3", "A1")
    assert answer.edge_distance_m is not None
    assert answer.edge_distance_m > 0


@pytest.mark.parametrize(
    ("nearest_m", "match", "code"),
    [(200.0, Match.OUTSIDE, None), (500.0, Match.NEAREST, "A1"), (0.0, Match.OUTSIDE, None)],
)
def test_near_an_area_means_within_the_reach(
    nearest_m: float, match: Match, code: str | None
) -> None:
    locator = Locator([square("A1", 0), square("A2", 9)], nearest_m=nearest_m)
    place = (113.7 + STEP * 1.75, 23.002)  # 307 m east of A1

    answer = locator.locate(*place)

    assert (answer.match, answer.code) == (match, code)
    assert answer.edge_distance_m == pytest.approx(
        -distance_m(Point(place), square("A1", 0).outline), abs=0.01
    )


def test_equally_near_areas_tie_by_the_rule() -> None:
    corner = (113.7 + STEP, 23.0 - 1e-4)  # below the corner that both squares share

    answer = Locator([square("A1", 0, home=False), square("A2", 1)]).locate(*corner)

    assert (answer.match, answer.code) == (Match.NEAREST, "A2")


def test_the_edge_distance_is_to_the_answered_areas_border() -> None:
    area = square("A1", 0)
    place = (113.7 + STEP / 4, 23.0 + STEP / 2)

    answer = Locator([area, square("A2", 1)]).locate(*place)

    expected = distance_m(Point(place), area.outline.boundary)
    assert answer.edge_distance_m == pytest.approx(expected, abs=0.001)


def test_an_accuracy_circle_over_a_border_brings_shares() -> None:
    locator = Locator([square("A1", 0), square("A2", 1)])
    place = (113.7 + STEP * 1.01, 23.0 + STEP / 2)  # 4 m inside A2

    answer = locator.locate(*place, accuracy_m=50.0)

    assert (answer.code, answer.match) == ("A2", Match.INSIDE)
    [other] = answer.candidates
    assert other.code == "A1"
    assert other.share is not None
    assert answer.share is not None
    assert 0.4 < other.share < 0.5 < answer.share
    assert other.share + answer.share == pytest.approx(1.0, abs=1e-6)


def test_an_accuracy_circle_inside_one_area_brings_nobody() -> None:
    answer = Locator([square("A1", 0), square("A2", 1)]).locate(
        113.7 + STEP / 2, 23.0 + STEP / 2, accuracy_m=50.0
    )

    assert (answer.share, answer.candidates) == (1.0, ())


def test_a_circle_from_outside_names_whom_it_reaches() -> None:
    place = (113.7 - STEP, 23.0 + STEP / 2)  # 410 m west

    answer = Locator([square("A1", 0)]).locate(*place, accuracy_m=500.0)

    assert (answer.match, answer.key, answer.share) == (Match.OUTSIDE, None, None)
    [reached] = answer.candidates
    assert reached.code == "A1"
    assert reached.share is not None
    assert 0.0 < reached.share < 0.2


def test_a_tie_keeps_its_candidates_under_an_accuracy_circle() -> None:
    answer = Locator([square("A1", 0), square("A2", 1)]).locate(
        113.7 + STEP, 23.0 + STEP / 2, accuracy_m=20.0
    )

    assert (answer.code, answer.match) == ("A1", Match.EDGE)
    assert [c.code for c in answer.candidates] == ["A2"]
    assert answer.share == pytest.approx(0.5, abs=0.001)


@pytest.mark.parametrize("lon", [float("nan"), float("inf"), 181.0, -500.0])
def test_what_is_no_place_on_earth_is_refused(lon: float) -> None:
    with pytest.raises(ValueError, match="lon = "):
        LOCATOR.locate(lon, 23.0)
    with pytest.raises(ValueError, match="accuracy_m"):
        LOCATOR.locate(113.7, 23.0, accuracy_m=float("nan"))


def test_bad_rows_among_many_are_reported_and_the_rest_answered() -> None:
    inside = AREAS[6].outline.representative_point()
    lon = np.array([np.nan, inside.x, 113.7, np.inf])
    lat = np.array([23.0, inside.y, 95.0, 0.0])

    found = LOCATOR.locate_many(lon, lat)

    assert found.bad_places.tolist() == [0, 2, 3]
    assert AREAS[found.index[1]].code == "A06"
    assert np.isnan(found.edge_distance_m[[0, 2, 3]]).all()


def test_invalid_outlines_never_raise() -> None:
    bow_tie = Polygon([(113.7, 23.0), (113.71, 23.01), (113.71, 23.0), (113.7, 23.01)])
    locator = Locator([Area(key=1, code="A1", outline=bow_tie), square("A2", 0)])

    for lon in np.linspace(113.69, 113.72, 31):
        locator.locate(float(lon), 23.004, accuracy_m=300.0)

    assert locator.locate(113.7001, 23.005).code is not None


def test_areas_without_land_and_no_areas_at_all() -> None:
    empty = Area(key=1, code="A1", outline=None)
    hollow = Area(key=2, code="A2", outline=Polygon())

    alone = Locator([empty, hollow]).locate(113.7, 23.0, accuracy_m=10.0)
    beside = Locator([empty, hollow, square("A3", 0)]).locate(113.701, 23.001)

    assert (alone.match, alone.key, alone.edge_distance_m) == (Match.OUTSIDE, None, None)
    assert beside.code == "A3"
    assert Locator([]).locate(0.0, 0.0).match is Match.OUTSIDE


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([square("A1", 0), square("A2", 1, key=1)], "key 1"),
        ([Area(key=1, code="A1", outline=Point(1, 2))], "A1 is a Point"),
        ([Area(key=1, code="A1", outline=box(0, 0, 1, 95))], "A1 has a vertex"),
    ],
)
def test_areas_that_cannot_be_indexed_are_refused(wrong: list[Area], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Locator(wrong)


@pytest.mark.parametrize("nearest_m", [-1.0, float("nan"), 1e9])
def test_an_unusable_reach_is_refused(nearest_m: float) -> None:
    with pytest.raises(ValueError, match="nearest_m"):
        Locator([square("A1", 0)], nearest_m=nearest_m)


@given(seed=st.integers(0, 50))
def test_a_lattice_has_no_place_without_an_answer_in_its_union(seed: int) -> None:
    cells = lattice(seed=seed)
    inner = shapely.union_all(cells).buffer(-1e-9)
    rng = np.random.default_rng(seed)
    west, south, east, north = inner.bounds
    lon, lat = rng.uniform(west, east, 200), rng.uniform(south, north, 200)
    within = shapely.contains_xy(inner, lon, lat)

    found = Locator(areas(cells)).locate_many(lon[within], lat[within])

    assert set(found.match.tolist()) <= {MATCHES.index(Match.INSIDE), MATCHES.index(Match.EDGE)}
