"""What an audit writes besides its text: findings and a repair, as layers for QGIS."""

import json
from pathlib import Path

import geopandas
import pyogrio
import pytest
from shapely.geometry import Polygon, box
from typer.testing import CliRunner

from gridsvc.cli import app
from gridsvc.core.geo.datum import area_m2
from gridsvc.services.finding_words import KINDS
from tests.unit.test_repair import metres


@pytest.fixture
def run():
    runner = CliRunner()
    return lambda *args: runner.invoke(app, [str(arg) for arg in args])


def saved(path: Path, *outlines: Polygon) -> Path:
    geopandas.GeoDataFrame(
        {
            "id": [f"A{i}" for i in range(len(outlines))],
            "name": [f"网格{i}" for i in range(len(outlines))],
        },
        geometry=metres(*outlines),
        crs="EPSG:4490",
    ).to_file(path)
    return path


def test_every_kind_of_finding_has_its_layer(tmp_path: Path, run) -> None:
    ring = [box(x, y, x + 100, y + 100) for y in (0, 100, 200) for x in (0, 100, 200)]
    areas = saved(
        tmp_path / "a.gpkg",
        *ring[:4],
        *ring[5:],
        Polygon([(300, 0), (400, 0), (400, 300), (300, 300), (300, 250), (280, 240), (300, 230)]),
        Polygon([(600, 0), (700, 100), (700, 0), (600, 100)]),
        box(800, 0, 801, 90),
    )
    parents = saved(tmp_path / "p.gpkg", box(0, 0, 390, 300))

    result = run(
        "audit", areas, "--parents", parents, "--out", tmp_path / "findings.gpkg", "--json"
    )

    told = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [name for name, _ in pyogrio.list_layers(tmp_path / "findings.gpkg")] == list(KINDS)
    for kind in KINDS:
        layer = pyogrio.read_dataframe(tmp_path / "findings.gpkg", layer=kind)
        assert len(layer) == len(told[kind]), kind
        assert "outline_4490" not in json.dumps(told[kind])
        assert layer.crs == "EPSG:4490"
        assert not layer.geometry.is_empty.any()
        if "area_m2" in layer:
            assert layer.area_m2.to_numpy() == pytest.approx(area_m2(layer.geometry), abs=0.1)
    gaps = pyogrio.read_dataframe(tmp_path / "findings.gpkg", layer="gaps")
    assert gaps.geometry[0].covers(geopandas.points_from_xy(gaps.lon, gaps.lat)[0])
    assert gaps.message[0].startswith("gap of 10,000 m² between A0 网格0, A1 网格1")
    told_kinds = {kind for kind in KINDS if told[kind]}
    assert told_kinds >= {"invalid", "gaps", "overlaps", "slivers", "t_junctions"}
    assert "outside_parent" in told_kinds


def test_layers_of_a_good_file_are_empty_but_there(tmp_path: Path, run) -> None:
    areas = saved(tmp_path / "a.gpkg", box(0, 0, 100, 100), box(100, 0, 200, 100))

    result = run("audit", areas, "--out", tmp_path / "findings.gpkg")

    assert result.exit_code == 0, result.output
    for kind in KINDS:
        layer = pyogrio.read_dataframe(tmp_path / "findings.gpkg", layer=kind)
        assert len(layer) == 0
        assert {"lon", "lat", "message"} <= set(layer.columns)


def test_audit_previews_a_repair(tmp_path: Path, run) -> None:
    areas = saved(tmp_path / "a.gpkg", box(0, 0, 110, 100), box(100, 0, 200, 100))

    tables = run("audit", areas, "--repair", tmp_path / "preview.gpkg")
    as_json = run("audit", areas, "--repair", tmp_path / "preview.gpkg", "--json")
    after = run("audit", tmp_path / "preview.gpkg", "--layer", "after")

    assert (tables.exit_code, as_json.exit_code, after.exit_code) == (1, 1, 0)
    assert "A repair would change:" in tables.stdout
    assert "Nothing was changed" in tables.stdout
    repair = json.loads(as_json.stdout)["repair"]
    assert (repair["findings_before"], repair["findings_after"]) == (5, 0)
    assert min(one["delta_m2"] for one in repair["changed"]) == pytest.approx(-1_000, abs=0.1)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--out", "findings.geojson"), "findings go to a GeoPackage"),
        (("--out", "a.gpkg"), "would replace another file"),
        (("--out", "f.gpkg", "--repair", "f.gpkg"), "would replace another file"),
        (("--out", "no/f.gpkg"), "cannot be written"),
        (("--out", "f.gpkg", "--repair", "p.gpkg"), "would leave feature 2 (id A1) without any"),
        (("--repair", "p.gpkg", "--gap-width-m", "-1"), "A gap cannot be -1.0 m wide"),
        (("--layer", "b", "--out", "f.gpkg"), "has no layer 'b'. Its layers are: a"),
        (("--out", "f.gpkg", "--crs", "EPSG:99999"), "unknown datum"),
    ],
)
def test_what_is_refused_leaves_nothing(
    tmp_path: Path, run, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    saved(Path("a.gpkg"), box(0, 0, 100, 100), box(40, 40, 60, 60))

    result = run("audit", "a.gpkg", *args)

    assert result.exit_code == 2
    assert told in result.stderr
    assert "Traceback" not in result.output
    assert [p.name for p in tmp_path.iterdir()] == ["a.gpkg"]


def test_import_previews_a_repair_without_a_database(tmp_path: Path, run) -> None:
    grids = tmp_path / "grids.gpkg"
    geopandas.GeoDataFrame(
        {"code": ["441900003001001", "441900003001002", "440300003001001"]},
        # The neighbour city's strip overlaps; each city answers for its own coverage.
        geometry=metres(box(0, 0, 110, 100), box(100, 0, 200, 100), box(190, 0, 300, 100)),
        crs="EPSG:4490",
    ).to_file(grids)

    result = run("import", "grids", grids, "--repair", tmp_path / "preview.gpkg", "--json")

    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert {one["id"] for one in told["changed"]} <= {"441900003001001", "441900003001002"}
    assert (told["findings_before"], told["findings_after"]) == (5, 0)
