"""A repair is proposed, measured and written down; it never happens by itself."""

from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon, box

from gridsvc.core.geo.coverage import find_problems
from gridsvc.core.geo.datum import area_m2, geometries_to_4490
from gridsvc.core.geo.problems import NamedOutlines
from gridsvc.core.geo.repair import Repair, WouldVanish, propose_repair
from gridsvc.services.area_files import read_areas
from gridsvc.services.area_repairs import write_preview
from gridsvc.services.refusal import Refusal
from tests.builders import coverage_with_hole_and_parts, lattice

SQUARES = [box(x, y, x + 100, y + 100) for y in (0, 100) for x in (0, 100)]


def metres(*outlines: Polygon | MultiPolygon | None) -> list[Polygon]:
    """Outlines drawn in metres from a corner of the 4547 plane, in lon/lat."""
    shifted = [o and affinity.translate(o, 500_000.0, 2_545_000.0) for o in outlines]
    return list(geometries_to_4490(np.array([*shifted, None], dtype=object)[:-1], "EPSG:4547"))


def named(outlines: list[Polygon]) -> NamedOutlines:
    return NamedOutlines(
        ids=tuple(f"A{i}" for i in range(len(outlines))),
        outlines_4490=np.array([*outlines, None], dtype=object)[:-1],
    )


def after(repair: Repair) -> NamedOutlines:
    return named([one.after_4490 for one in repair.areas])


def done(repair: Repair) -> dict[str, tuple[str, ...]]:
    return {one.id: one.done for one in repair.changed}


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 50), gap_width_m=st.sampled_from([0.0, 1.0, 5.0]))
def test_a_coverage_stays_as_it_is_but_for_a_millimetre(seed: int, gap_width_m: float) -> None:
    outlines = coverage_with_hole_and_parts(seed)

    repair = propose_repair(named(outlines), gap_width_m=gap_width_m)

    assert repair.changed == ()
    assert repair.moved == ()
    for one, outline in zip(repair.areas, outlines, strict=True):
        # 1 mm is 9e-9 to 1e-8 of a degree here.
        assert shapely.hausdorff_distance(one.after_4490, outline) < 1e-8
    assert len(find_problems(after(repair))) == 0


@settings(deadline=None, max_examples=20)
@given(dx=st.floats(-3, 3), dy=st.floats(-3, 3), corner=st.integers(0, 3), cell=st.integers(0, 11))
def test_a_nudged_corner_becomes_a_coverage_again(
    dx: float, dy: float, corner: int, cell: int
) -> None:
    outlines = list(lattice())
    ring = shapely.get_coordinates(outlines[cell])[:-1]
    ring[corner] += (dx * 1e-5, dy * 1e-5)
    outlines[cell] = Polygon(ring)

    repair = propose_repair(named(outlines), gap_width_m=10.0)

    assert find_problems(after(repair)).overlaps == ()
    assert find_problems(after(repair)).t_junctions == ()
    assert [one.id for one in repair.areas] == [f"A{i}" for i in range(12)]
    gained = sum(p.area_m2 * (1 if p.is_gained else -1) for p in repair.moved)
    whole = sum(one.delta_m2 for one in repair.areas)
    # Rounding the hull to a millimetre is land too, but nobody else gains it.
    assert gained == pytest.approx(whole, abs=3)


def test_a_bow_tie_is_made_valid_and_told() -> None:
    bow_tie = Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])

    repair = propose_repair(named(metres(bow_tie, box(200, 0, 300, 100))))

    [changed] = repair.changed
    assert (changed.id, changed.done) == (
        "A0",
        ("made valid (Self-intersection)", *changed.done[1:]),
    )
    assert changed.after_4490.is_valid
    assert changed.after_m2 == pytest.approx(5_000, abs=1)


def test_an_overlap_goes_to_one_side() -> None:
    pushed = Polygon([(0, 0), (100, 0), (130, 50), (100, 100), (0, 100)])

    repair = propose_repair(named(metres(pushed, *SQUARES[1:])))

    assert set(done(repair)) <= {"A0", "A1"}
    assert len(find_problems(after(repair))) == 0
    # 1,500 m² were in both; now the sum is that of the four squares.
    assert sum(one.after_m2 for one in repair.areas) == pytest.approx(40_000, abs=0.5)


def test_only_gaps_narrower_than_asked_are_filled() -> None:
    left = Polygon([(0, 0), (100, 0), (100, 40), (99.4, 50), (100, 60), (100, 100), (0, 100)])

    narrow = propose_repair(named(metres(left, *SQUARES[1:])), gap_width_m=1.0)
    none = propose_repair(named(metres(left, *SQUARES[1:])), gap_width_m=0.0)

    assert sum(one.after_m2 for one in narrow.areas) == pytest.approx(40_000, abs=0.1)
    assert sum(one.after_m2 for one in none.areas) == pytest.approx(40_000 - 6, abs=0.1)


@pytest.mark.parametrize("offset_m", [0.0, 0.0004, 0.003])
def test_a_missing_vertex_is_added(offset_m: float) -> None:
    left = Polygon([(0, 0), (100, 0), (130, 100), (0, 100)])
    right = Polygon([(100, 0), (200, 0), (200, 100), (130, 100), (113.2 + offset_m, 44)])

    repair = propose_repair(named(metres(left, right)))

    assert "1 vertices added" in done(repair)["A0"]
    assert len(find_problems(after(repair))) == 0


def test_groups_keep_out_of_each_others_land() -> None:
    towns = metres(*SQUARES)
    communities = metres(*SQUARES)

    repair = propose_repair(named([*towns, *communities]), ["town"] * 4 + ["community"] * 4)

    assert repair.changed == ()
    with pytest.raises(WouldVanish):
        propose_repair(named([*towns, *communities]))


def test_an_area_inside_another_would_vanish() -> None:
    with pytest.raises(WouldVanish) as refused:
        propose_repair(named(metres(box(0, 0, 100, 100), box(40, 40, 60, 60))))

    assert refused.value.ids == ("A1",)


def test_an_area_without_land_stays_so() -> None:
    repair = propose_repair(named([*metres(*SQUARES), None]))

    assert repair.areas[4].after_4490 is None
    assert repair.changed == ()


def saved(folder: Path, outlines: list[Polygon]) -> Path:
    path = folder / "grids.gpkg"
    geopandas.GeoDataFrame(
        {"code": [f"A{i}" for i in range(len(outlines))], "households": range(len(outlines))},
        geometry=outlines,
        crs="EPSG:4490",
    ).to_file(path)
    return path


def test_the_preview_is_layers_that_could_be_imported(tmp_path: Path) -> None:
    pushed = Polygon([(0, 0), (100, 0), (130, 50), (100, 100), (0, 100)])
    path = saved(tmp_path, metres(pushed, *SQUARES[1:]))
    areas = read_areas(path, area_id="code")
    content = path.read_bytes()

    preview = write_preview(areas, tmp_path / "preview.gpkg")

    assert path.read_bytes() == content
    assert sorted(p.name for p in tmp_path.iterdir()) == ["grids.gpkg", "preview.gpkg"]
    assert [name for name, _ in pyogrio.list_layers(preview.out)] == [
        "before",
        "after",
        "moved_land",
    ]
    assert (preview.findings_before, preview.findings_after) == (1, 0)
    before = pyogrio.read_dataframe(preview.out, layer="before")
    moved = pyogrio.read_dataframe(preview.out, layer="moved_land")
    assert before.geometry[0].equals(areas.outlines_4490[0])
    assert moved.area_m2.sum() == pytest.approx(1_500, abs=1)
    assert moved.area_m2.to_numpy() == pytest.approx(area_m2(moved.geometry), abs=0.1)
    again = read_areas(preview.out, area_id="code", layer="after")
    assert again.ids == areas.ids
    assert list(again.columns["households"]) == [0, 1, 2, 3]
    assert len(find_problems(NamedOutlines(ids=again.ids, outlines_4490=again.outlines_4490))) == 0
    told = again.columns["repair_done"][0] or again.columns["repair_done"][1]
    assert "lost 1,500" in told


@pytest.mark.parametrize(
    ("out", "inner", "told"),
    [
        ("preview.gpkg", box(40, 40, 60, 60), "would leave feature 2 (id A1) without any land"),
        ("preview.geojson", box(100, 0, 200, 100), "a preview is a GeoPackage"),
        ("grids.gpkg", box(100, 0, 200, 100), "would replace the file"),
        ("no/preview.gpkg", box(100, 0, 200, 100), "cannot be written"),
    ],
)
def test_a_refused_preview_leaves_nothing(
    tmp_path: Path, out: str, inner: Polygon, told: str
) -> None:
    path = saved(tmp_path, metres(box(0, 0, 100, 100), inner))
    areas = read_areas(path, area_id="code")

    with pytest.raises(Refusal) as refused:
        write_preview(areas, tmp_path / out)

    assert told in str(refused.value)
    assert list(tmp_path.iterdir()) == [path]
