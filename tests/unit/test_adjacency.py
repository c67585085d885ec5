import numpy as np
import pytest
from shapely import affinity
from shapely.geometry import Polygon, box

from gridsvc.core.geo.adjacency import Contact, adjacencies
from gridsvc.core.geo.coverage import NamedOutlines
from gridsvc.core.geo.datum import geometries_to_4490
from gridsvc.core.geo.densify import densified
from tests.builders import lattice


def named(outlines: list[Polygon], ids: list[str] | None = None) -> NamedOutlines:
    return NamedOutlines(
        ids=tuple(ids or (f"A{i:03d}" for i in range(len(outlines)))),
        outlines_4490=np.array([*outlines, None], dtype=object)[:-1],
    )


def metres(*outlines: Polygon) -> list[Polygon]:
    shifted = [affinity.translate(outline, 500_000.0, 2_545_000.0) for outline in outlines]
    return list(geometries_to_4490(shifted, "EPSG:4547"))


def test_shared_metres_are_those_of_the_common_border() -> None:
    areas = named(metres(box(0, 0, 100, 60), box(100, 0, 200, 80), box(0, 60, 100, 160)))

    found = {(one.a, one.b): one for one in adjacencies(areas, Contact.QUEEN)}

    # Of A001 only the lower 60 m meet A000: its upper corner is a vertex A001 lacks.
    assert found["A000", "A001"].shared_m == pytest.approx(60, abs=0.05)
    assert found["A000", "A002"].shared_m == pytest.approx(100, abs=0.001)
    assert found["A001", "A002"].shared_m == pytest.approx(20, abs=0.05)
    assert {one.kind for one in found.values()} == {Contact.ROOK}


def test_a_contact_in_a_point_is_queen_only() -> None:
    areas = named(metres(box(0, 0, 100, 100), box(100, 100, 200, 200)))

    [contact] = adjacencies(areas, Contact.QUEEN)

    assert (contact.kind, contact.shared_m) == (Contact.QUEEN, 0.0)
    assert adjacencies(areas, Contact.ROOK) == ()


def test_a_corner_on_a_straight_border_is_queen() -> None:
    tip = Polygon([(100, 50), (150, 20), (150, 80)])

    [contact] = adjacencies(named(metres(box(0, 0, 100, 100), tip)), Contact.QUEEN)

    assert contact.kind is Contact.QUEEN


def test_areas_apart_are_no_neighbours_and_none_is_its_own() -> None:
    twice = Polygon([(0, 0), (50, 0), (50, 50), (50, 0), (100, 0), (100, 100), (0, 100)])

    assert adjacencies(named(metres(twice, box(101, 0, 200, 100))), Contact.QUEEN) == ()


def test_pairs_are_told_once_with_the_lower_id_first() -> None:
    areas = named(metres(box(0, 0, 9, 9), box(9, 0, 18, 9)), ids=["B", "A10"])

    [one] = adjacencies(areas)

    assert (one.a, one.b, one.crosses_city) == ("A10", "B", False)


@pytest.mark.parametrize(
    ("apart_m", "long_m", "expected"),
    [
        pytest.param(0.0, 100, Contact.ROOK, id="drawn alike"),
        pytest.param(0.3, 100, Contact.ROOK, id="digitised 0.3 m off"),
        pytest.param(-0.3, 100, Contact.ROOK, id="overlapping by 0.3 m"),
        pytest.param(1.5, 100, None, id="too far apart"),
        pytest.param(0.3, 2, Contact.QUEEN, id="side by side over 2 m only"),
    ],
)
def test_across_a_city_line_borders_match_within_a_metre(
    apart_m: float, long_m: float, expected: Contact | None
) -> None:
    mine = box(0, 0, 100, 100)
    theirs = Polygon(
        [
            (100 + apart_m, 100 - long_m),
            (200, 100 - long_m),
            (200, 200),
            (100 + apart_m, 200),
            (100 + apart_m, 103),
        ]
    )

    found = adjacencies(named(metres(mine, theirs)), Contact.QUEEN, ["Dongguan", "Shenzhen"])

    assert [one.kind for one in found] == ([expected] if expected else [])
    if expected is Contact.ROOK:
        assert found[0].crosses_city
        assert found[0].shared_m == pytest.approx(long_m, abs=0.5)


def test_inside_a_city_the_same_distance_is_no_contact() -> None:
    areas = named(metres(box(0, 0, 100, 100), box(100.3, 0, 200, 100)))

    assert adjacencies(areas, Contact.QUEEN) == ()
    assert adjacencies(areas, Contact.QUEEN, ["Dongguan", "Dongguan"]) == ()


def test_two_sources_match_with_tolerance_inside_a_city_too() -> None:
    areas = named(metres(box(0, 0, 100, 100), box(100.3, 0, 200, 100)))

    [one] = adjacencies(areas, cities=["Dongguan", "Dongguan"], sources=[0, 1])

    assert (one.kind, one.crosses_city) == (Contact.ROOK, False)
    assert one.shared_m == pytest.approx(100, abs=0.5)
    assert adjacencies(areas, cities=["Dongguan", "Dongguan"], sources=[0, 0]) == ()


def test_a_line_of_differently_digitised_neighbours_is_found_pair_by_pair() -> None:
    left = [box(0, 50 * i, 100, 50 * i + 50) for i in range(10)]
    right = [
        affinity.translate(box(100, 50 * i + 20, 200, 50 * i + 70), 0.3, 0.0) for i in range(10)
    ]
    cities = ["Dongguan"] * 10 + ["Huizhou"] * 10
    outlines = densified([*metres(*left), *metres(*right)], 7.0)

    found = adjacencies(named(list(outlines)), Contact.ROOK, cities)

    across = {(one.a, one.b): one.shared_m for one in found if one.crosses_city}
    expected = {(f"A{i:03d}", f"A{10 + i:03d}"): 30.0 for i in range(10)}
    expected |= {(f"A{i + 1:03d}", f"A{10 + i:03d}"): 20.0 for i in range(9)}
    assert across.keys() == expected.keys()
    assert all(across[pair] == pytest.approx(m, abs=0.7) for pair, m in expected.items())
    assert len(found) == len(expected) + 9 + 9


def test_city_labels_must_fit() -> None:
    with pytest.raises(ValueError, match="12 areas, but 1 city labels"):
        adjacencies(named(lattice()), Contact.ROOK, ["Dongguan"])
