import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon, box

from gridsvc.core.geo.coverage import CoverageProblems, NamedOutlines, find_problems
from gridsvc.core.geo.datum import area_m2, geometries_to_4490
from tests.builders import coverage_with_hole_and_parts, lattice

ORIGIN = 500_000.0, 2_545_000.0
KINDS = ("invalid", "gaps", "overlaps", "slivers", "t_junctions", "misowned", "outside_parent")


def metres(*outlines: Polygon | MultiPolygon) -> list[Polygon]:
    """Outlines drawn in metres from a corner of the 4547 plane, in lon/lat."""
    shifted = [affinity.translate(outline, *ORIGIN) for outline in outlines]
    return list(geometries_to_4490(shifted, "EPSG:4547"))


def named(outlines: list[Polygon], prefix: str = "A") -> NamedOutlines:
    return NamedOutlines(
        ids=tuple(f"{prefix}{i}" for i in range(len(outlines))),
        outlines_4490=np.array([*outlines, None], dtype=object)[:-1],
    )


def kinds_found(problems: CoverageProblems) -> set[str]:
    return {kind for kind in KINDS if getattr(problems, kind)}


SQUARES = [box(x, y, x + 100, y + 100) for y in (0, 100, 200) for x in (0, 100, 200)]


@given(seed=st.integers(0, 30))
def test_a_coverage_has_no_problems(seed: int) -> None:
    outlines = coverage_with_hole_and_parts(seed)

    problems = find_problems(named(outlines))

    assert len(problems) == 0
    assert (problems.features, problems.measured_in) == (12, "EPSG:4547")


@given(missing=st.integers(0, 8))
def test_a_missing_area_is_a_gap_when_it_is_enclosed(missing: int) -> None:
    left = [o for i, o in enumerate(SQUARES) if i != missing]

    problems = find_problems(named(metres(*left)))

    if missing == 4:
        [gap] = problems.gaps
        assert gap.area_m2 == pytest.approx(10_000, abs=0.01)
        assert gap.width_m == pytest.approx(50, abs=0.01)
        assert gap.near == tuple(f"A{i}" for i in range(8))
    else:
        assert len(problems) == 0


@given(missing=st.integers(0, 8))
def test_with_parents_any_missing_area_is_a_gap(missing: int) -> None:
    left = [o for i, o in enumerate(SQUARES) if i != missing]
    parent = named(metres(box(0, 0, 300, 300)), "P")

    problems = find_problems(named(metres(*left)), parent)

    assert kinds_found(problems) == {"gaps"}
    assert [gap.area_m2 for gap in problems.gaps] == pytest.approx([10_000], abs=1)


def test_an_overlap_names_the_pair_and_the_land() -> None:
    pushed = Polygon([(0, 0), (100, 0), (130, 50), (100, 100), (0, 100)])

    problems = find_problems(named(metres(pushed, *SQUARES[1:])))

    [overlap] = problems.overlaps
    assert (overlap.a, overlap.b) == ("A0", "A1")
    assert overlap.area_m2 == pytest.approx(1_500, abs=0.1)
    assert shapely.contains_xy(metres(pushed)[0], *overlap.place)
    assert kinds_found(problems) == {"overlaps"}


def test_the_same_area_twice_is_an_overlap() -> None:
    problems = find_problems(named(metres(*SQUARES, SQUARES[4])))

    assert [(o.a, o.b) for o in problems.overlaps] == [("A4", "A9")]
    assert problems.overlaps[0].area_m2 == pytest.approx(10_000, abs=0.01)


def test_a_vertex_the_neighbour_lacks_is_a_t_junction() -> None:
    left = box(0, 0, 100, 100)
    right = Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (100, 40)])

    problems = find_problems(named(metres(left, right)))

    [junction] = problems.t_junctions
    assert (junction.a, junction.b) == ("A0", "A1")
    assert junction.place == pytest.approx(shapely.get_coordinates(metres(right))[4], abs=1e-9)
    assert junction.offset_m < 0.001
    assert kinds_found(problems) == {"t_junctions"}


def test_a_vertex_rounded_off_the_neighbours_segment_is_still_told() -> None:
    left = Polygon([(0, 0), (100, 0), (130, 100), (0, 100)])
    # The exact place on that slope is (113.3, 44.333…).
    right = Polygon([(100, 0), (200, 0), (200, 100), (130, 100), (113.3, 44.334)])

    problems = find_problems(named(metres(left, right)))

    assert kinds_found(problems) == {"t_junctions"}
    assert problems.t_junctions[0].offset_m == pytest.approx(0.0002, abs=1e-4)


def test_a_border_drawn_apart_has_not_two_owners() -> None:
    # An enclosed slit of 0.2 m², too small to be told as a gap.
    left = Polygon([(0, 0), (100, 0), (100, 45), (99.96, 50), (100, 55), (100, 100), (0, 100)])
    right = Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (100, 55), (100, 45)])

    problems = find_problems(named(metres(left, right)))

    assert kinds_found(problems) == {"misowned"}
    assert {border.ids for border in problems.misowned} == {("A0",), ("A1",)}
    assert sum(b.length_m for b in problems.misowned) == pytest.approx(20, abs=0.1)


def test_a_ring_that_crosses_itself_is_told_with_its_place() -> None:
    bow_tie = Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    with_bad_hole = Polygon(
        [(200, 0), (300, 0), (300, 100), (200, 100)],
        [[(220, 20), (280, 80), (280, 20), (220, 80)]],
    )

    problems = find_problems(named(metres(bow_tie, with_bad_hole)))

    first, second = problems.invalid
    assert (first.id, first.reason, first.part, first.ring) == ("A0", "Self-intersection", 0, 0)
    assert first.place == pytest.approx(
        shapely.get_coordinates(metres(box(50, 50, 51, 51)))[3], abs=1e-7
    )
    assert (second.id, second.ring) == ("A1", 1)


def test_a_crumb_of_an_outline_is_a_sliver() -> None:
    crumbed = MultiPolygon([SQUARES[0], box(500, 0, 502, 90)])

    problems = find_problems(named(metres(crumbed)))

    [sliver] = problems.slivers
    assert sliver.area_m2 == pytest.approx(180, abs=0.01)
    assert sliver.width_m == pytest.approx(360 / 184, abs=0.001)


def test_land_beyond_the_parent_is_told_with_the_parent() -> None:
    parents = named(metres(box(0, 0, 100, 300), box(100, 0, 300, 300)), "P")
    strayed = Polygon([(0, 0), (110, 0), (100, 10), (100, 100), (0, 100)])
    beside = box(1_000, 0, 1_100, 100)

    problems = find_problems(named(metres(strayed, beside)), parents)

    assert [(o.id, o.parent) for o in problems.outside_parent] == [("A1", None), ("A0", "P0")]
    assert [o.area_m2 for o in problems.outside_parent] == pytest.approx([10_000, 50], abs=0.1)


def test_sizes_are_measured_in_the_metric_crs_of_the_place() -> None:
    cells = lattice(3, 3, seed=None)
    elsewhere = [affinity.translate(cell, -100.0, -50.0) for cell in cells]

    problems = find_problems(named([c for i, c in enumerate(elsewhere) if i != 4]))

    assert problems.measured_in == "EPSG:32733"
    assert problems.gaps[0].area_m2 == pytest.approx(area_m2([elsewhere[4]])[0], rel=1e-6)


def test_areas_without_land_are_counted_and_otherwise_left_alone() -> None:
    outlines = [*metres(*SQUARES[:2]), None, Polygon()]

    problems = find_problems(named(outlines))

    assert (problems.features, len(problems)) == (4, 0)
    assert len(find_problems(named([None]))) == 0
