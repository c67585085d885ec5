"""The file commands as a person meets them: results, exit codes, and what a bad file is told."""

import csv
import json
from pathlib import Path

import geopandas
import pytest
import shapely
from shapely.geometry import Point, Polygon, box
from typer.testing import CliRunner

from gridsvc.cli import app
from gridsvc.core.geo.datum import from_4490
from tests.builders import lattice

CODES = [f"4419000030{i:02d}" for i in range(12)]
NAMES = [f"{town}{i}号" for i in (1, 2, 3) for town in ("东城", "南城", "万江", "莞城")]


@pytest.fixture
def run():
    runner = CliRunner()
    return lambda *args: runner.invoke(app, [str(arg) for arg in args])


def frame(outlines: list | None = None) -> geopandas.GeoDataFrame:
    outlines = outlines or list(lattice())
    count = len(outlines)
    return (
        geopandas.GeoDataFrame(
            {"code": CODES[:count], "name": NAMES[:count], "city": ["莞", "莞", "深", "深"] * 3},
            geometry=outlines,
            crs="EPSG:4490",
        )
        if count == 12
        else geopandas.GeoDataFrame({"code": CODES[:count]}, geometry=outlines, crs="EPSG:4490")
    )


def areas_file(folder: Path, name: str = "areas.gpkg") -> Path:
    path = folder / name
    frame().to_file(path)
    return path


def points_file(
    folder: Path, rows: list[tuple[object, ...]] | None = None, encoding: str = "utf-8"
) -> Path:
    path = folder / "points.csv"
    if rows is None:
        rows = [(n, p.x, p.y) for n, p in enumerate(o.representative_point() for o in lattice())]
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([("名称", "lon", "lat"), *rows])
    return path


def read(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "name", ["a.geojson", "a.gpkg", "a.shp", "a.fgb", "a.parquet", "a.csv", "a.shp.zip"]
)
def test_locate_reads_every_format(tmp_path: Path, run, name: str) -> None:
    areas = tmp_path / name
    if name.endswith("parquet"):
        frame().to_parquet(areas)
    elif name.endswith("csv"):
        frame().to_wkt().rename(columns={"geometry": "WKT"}).to_csv(areas, encoding="gb18030")
    elif name.endswith("geojson"):
        frame().to_crs("OGC:CRS84").to_file(areas)
    else:
        frame().to_file(areas)

    result = run(
        "locate",
        points_file(tmp_path),
        "--areas",
        areas,
        "--area-id",
        "code",
        "--out",
        tmp_path / "out.csv",
    )

    assert result.exit_code == 0, result.output
    rows = read(tmp_path / "out.csv")
    assert [row["area_id"] for row in rows] == CODES
    assert {row["match"] for row in rows} == {"inside"}
    assert all(float(row["edge_distance_m"]) > 0 for row in rows)
    assert result.stdout == ""
    assert "12 row(s)" in result.stderr


def test_locate_tells_edge_nearest_and_outside(tmp_path: Path, run) -> None:
    corner = lattice()[5].exterior.coords[0]
    west, south, *_ = shapely.total_bounds(lattice())
    points = points_file(
        tmp_path, [("a", *corner), ("b", west - 0.001, south + 0.004), ("c", 1, 0)]
    )

    result = run(
        "locate",
        points,
        "--areas",
        areas_file(tmp_path),
        "--area-id",
        "code",
        "--nearest-m",
        300,
        "--out",
        tmp_path / "out.csv",
    )

    assert result.exit_code == 0, result.output
    edge, nearest, outside = read(tmp_path / "out.csv")
    assert (edge["match"], edge["area_id"]) == ("edge", CODES[0])
    assert float(edge["edge_distance_m"]) == 0.0
    assert (nearest["match"], nearest["area_id"]) == ("nearest", CODES[0])
    assert -300 < float(nearest["edge_distance_m"]) < 0
    assert (outside["match"], outside["area_id"]) == ("outside", "")


def test_where_an_area_lies_at_0_0_it_is_a_place_like_any_other(tmp_path: Path, run) -> None:
    areas = tmp_path / "gulf.geojson"
    gulf = geopandas.GeoDataFrame({"code": ["g"]}, geometry=[box(-1, -1, 1, 1)], crs="EPSG:4326")
    gulf.to_file(areas)
    points, out = points_file(tmp_path, [("a", 0, 0)]), tmp_path / "out.csv"

    result = run("locate", points, "--areas", areas, "--area-id", "code", "--out", out)

    assert result.exit_code == 0, result.output
    assert read(out)[0]["match"] == "inside"


@pytest.mark.parametrize("datum", ["gcj02", "bd09", "EPSG:4547", "cgcs2000"])
def test_points_and_areas_declare_their_datums(tmp_path: Path, run, datum: str) -> None:
    places = [from_4490(p.x, p.y, datum) for p in (o.representative_point() for o in lattice())]
    points = points_file(tmp_path, [(n, *place) for n, place in enumerate(places)])
    shifted = tmp_path / "shifted.gpkg"
    moved = [shapely.transform(o, lambda xy: _moved(xy, datum)) for o in lattice()]
    frame(moved).set_crs("EPSG:4326", allow_override=True).to_file(shifted)

    result = run(
        "locate",
        points,
        "--areas",
        shifted,
        "--area-id",
        "code",
        "--crs",
        datum,
        "--areas-crs",
        datum,
        "--out",
        tmp_path / "out.csv",
    )

    assert result.exit_code == 0, result.output
    assert [row["area_id"] for row in read(tmp_path / "out.csv")] == CODES


def _moved(xy, datum: str):
    import numpy as np

    return np.column_stack(from_4490(xy[:, 0], xy[:, 1], datum))


def test_a_gb18030_file_stays_gb18030(tmp_path: Path, run) -> None:
    place = lattice()[0].representative_point()
    points = points_file(tmp_path, [("东莞市，东城", place.x, place.y)], "gb18030")

    run(
        "locate",
        points,
        "--areas",
        areas_file(tmp_path),
        "--area-id",
        "name",
        "--out",
        tmp_path / "out.csv",
    )

    [row] = read(tmp_path / "out.csv", "gb18030")
    assert (row["名称"], row["area_id"]) == ("东莞市，东城", NAMES[0])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("a", 113.7, 23.0), ("b", "", 23.0)], "row 2 (line 3): a coordinate is missing"),
        ([("a", 113.7, "north")], "row 1 (line 2): 'north' is not a number"),
        ([("a", "nan", 23.0)], "lon = nan is not a number"),
        ([("a", 113.7, "inf")], "lat = inf is not a number"),
        ([("a", 113.7, 23.0), ("b", 0, 0)], "row 2 (line 3) is at 0/0"),
        ([("a", 23.0, 113.7)], "swapped lon and lat?"),
        ([("a\nb", 113.7, 23.0), ("c", 113.7, 95)], "row 2 (line 4) is no place"),
        ([("a", 500_000, 2_545_000)], "metres taken for degrees?"),
        ([("a", 113.7)], "has 2 fields where the header names 3"),
    ],
)
def test_one_bad_row_stops_all_and_leaves_nothing(
    tmp_path: Path, run, rows: list[tuple[object, ...]], message: str
) -> None:
    areas = areas_file(tmp_path)
    points = points_file(tmp_path, rows)
    before = sorted(tmp_path.iterdir())

    result = run(
        "locate", points, "--areas", areas, "--area-id", "code", "--out", tmp_path / "out.csv"
    )

    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert sorted(tmp_path.iterdir()) == before


def test_a_broken_quote_is_named_by_its_row(tmp_path: Path, run) -> None:
    points = points_file(tmp_path)
    points.write_text(points.read_text() + '"13, 113.7, 23.0\n14,113.7,23.0\n')

    result = run(
        "locate",
        points,
        "--areas",
        areas_file(tmp_path),
        "--area-id",
        "code",
        "--out",
        tmp_path / "out.csv",
    )

    assert result.exit_code == 2
    assert "row 13 (line 14) cannot be read" in result.stderr


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.assign(code="1"), "used more than once: 1 (features 1, 2, 3"),
        (lambda f: f.assign(code=[None, *CODES[1:]]), "feature 1 has no code"),
        (lambda f: f.drop(columns="code"), "has no column 'code'. Its columns are: name, city"),
        (lambda f: f.set_geometry([Point(1, 2), *f.geometry[1:]]), "is a Point, not a polygon"),
        (lambda f: f.iloc[:0], "holds no features"),
        (
            lambda f: f.set_geometry([box(113, 22, 114, 95), *f.geometry[1:]], crs="EPSG:4490"),
            f"feature 1 (id {CODES[0]}), part 1, the outer ring, has a vertex that is no place in "
            "cgcs2000: lat = 95",
        ),
        (lambda f: f.set_crs(None, allow_override=True), "does not say which datum"),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
def test_a_bad_file_of_areas_is_refused_by_name(tmp_path: Path, run, change, message) -> None:
    areas = tmp_path / "areas.shp" if "datum" in message else tmp_path / "areas.gpkg"
    change(frame()).to_file(areas)

    result = run(
        "locate",
        points_file(tmp_path),
        "--areas",
        areas,
        "--area-id",
        "code",
        "--out",
        tmp_path / "out.csv",
    )

    assert result.exit_code == 2, result.output
    assert result.stderr.startswith(areas.name)
    assert message in result.stderr
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.geojson",
            '{"type": "FeatureCollection", "features": [1,,]}',
            "line 1 is no JSON: a comma before ','",
        ),
        ("a.geojson", "", "is empty"),
        ("a.zip", "PK nothing", "is no zip that can be opened"),
        ("a.csv", "code,x\n1,2\n", "has no column of outlines among code, x"),
        ("a.csv", 'code,wkt\n1,"POLYGON ((0 0, 1 0, 1 1))"\n', "feature 1 (id 1) has an outline"),
    ],
)
def test_a_file_that_holds_no_areas_is_refused(
    tmp_path: Path, run, name: str, content: str, message: str
) -> None:
    (tmp_path / name).write_text(content)

    result = run("audit", tmp_path / name)

    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_an_unclosed_ring_is_told_with_its_feature(tmp_path: Path, run) -> None:
    ring = [[113.7, 23.0], [113.8, 23.0], [113.8, 23.1], [113.7, 23.1]]
    features = [
        {
            "type": "Feature",
            "properties": {"id": i},
            "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]] if i != 7 else ring]},
        }
        for i in (6, 7)
    ]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))

    result = run("audit", path)

    assert result.exit_code == 2
    assert (
        "feature 2 (id 7) has an outline that cannot be read: part 1, the outer ring is not closed"
        in result.stderr
    )


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--areas", "none.gpkg", "--area-id", "code"), "none.gpkg: no such file"),
        (("--areas", "areas.gpkg"), "--areas needs --area-id"),
        (("--areas", "areas.gpkg", "--area-id", "code", "--crs", "wgs72"), "known are wgs84"),
        (("--areas", "areas.gpkg", "--area-id", "code", "--lon-field", "x"), "no column 'x'"),
        (("--areas", "areas.gpkg", "--area-id", "code", "--nearest-m", "-5"), "nearest_m"),
        (("--areas", "areas.gpkg", "--area-id", "code", "--out", "no/o.csv"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_exits_2(
    tmp_path: Path, run, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    areas_file(tmp_path)

    result = run("locate", points_file(tmp_path), "--out", "out.csv", *args)

    assert result.exit_code == 2
    assert message in result.stderr


def test_audit_of_a_coverage_exits_0(tmp_path: Path, run) -> None:
    result = run("audit", areas_file(tmp_path), "--json")

    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["features"], told["measured_in"]) == (12, "EPSG:4547")
    assert [told[kind] for kind in ("invalid", "gaps", "overlaps")] == [[], [], []]


def test_audit_tells_gaps_and_overlaps_and_exits_1(tmp_path: Path, run) -> None:
    outlines = [o for i, o in enumerate(lattice()) if i != 5]
    path = tmp_path / "a.gpkg"
    frame([*outlines[:-1], Polygon(outlines[-1].buffer(0.0002).exterior)]).to_file(path)

    as_json = run("audit", path, "--json")
    tables = run("audit", path)

    told = json.loads(as_json.stdout)
    assert (as_json.exit_code, tables.exit_code) == (1, 1)
    [gap] = told["gaps"]
    assert CODES[4] in gap["near"]
    assert gap["area_m2"] > 100_000
    assert {(o["a"], o["b"]) for o in told["overlaps"]} >= {(CODES[9], CODES[10])}
    assert "Gaps: 1" in tables.stdout
    assert "problem(s)" in tables.stderr


def test_audit_against_a_reference_doubts_a_datum(tmp_path: Path, run) -> None:
    reference = areas_file(tmp_path, "reference.gpkg")
    fine = [shapely.segmentize(o, 0.0005) for o in lattice()]
    moved = [shapely.transform(o, lambda xy: _moved(xy, "gcj02")) for o in fine]
    frame(moved).to_file(tmp_path / "a.gpkg")

    wrong = run("audit", tmp_path / "a.gpkg", "--against", reference, "--json")
    right = run("audit", tmp_path / "a.gpkg", "--against", reference, "--crs", "gcj02", "--json")

    assert (wrong.exit_code, json.loads(wrong.stdout)["datum"]["likely"]) == (1, "gcj02")
    assert (right.exit_code, json.loads(right.stdout)["datum"]["likely"]) == (0, "gcj02")


def test_audit_with_parents_tells_what_lies_outside(tmp_path: Path, run) -> None:
    parents = tmp_path / "parents.gpkg"
    frame([shapely.union_all(lattice()[:11])]).to_file(parents)

    result = run("audit", areas_file(tmp_path), "--parents", parents, "--json")

    assert result.exit_code == 1
    assert [o["id"] for o in json.loads(result.stdout)["outside_parent"]] == [CODES[11]]


def test_adjacency_writes_one_row_per_pair(tmp_path: Path, run) -> None:
    out = tmp_path / "out.csv"

    result = run(
        "adjacency",
        areas_file(tmp_path),
        "--area-id",
        "code",
        "--kind",
        "queen",
        "--city-field",
        "city",
        "--out",
        out,
    )

    assert result.exit_code == 0, result.output
    rows = read(out)
    assert list(rows[0]) == ["a", "b", "shared_m", "kind", "crosses_city"]
    assert len(rows) == 3 * 3 + 2 * 4 + 2 * 3 * 2
    assert sum(row["kind"] == "rook" for row in rows) == 3 * 3 + 2 * 4
    across = {(r["a"], r["b"]) for r in rows if r["crosses_city"] == "true" and r["kind"] == "rook"}
    assert across == {(CODES[1], CODES[2]), (CODES[5], CODES[6]), (CODES[9], CODES[10])}


def test_adjacency_of_two_files_is_told_across_their_line(tmp_path: Path, run) -> None:
    ours, theirs = tmp_path / "ours.gpkg", tmp_path / "theirs.geojson"
    frame(list(lattice())[:6]).to_file(ours)
    moved = frame([shapely.transform(o, lambda xy: xy + 3e-6) for o in lattice()[6:]])
    moved["qh"] = [f"S{i}" for i in range(6)]
    moved.to_crs("OGC:CRS84").to_file(theirs)
    out = tmp_path / "out.csv"

    result = run("adjacency", ours, theirs, "--area-id", "code", "--area-id", "qh", "--out", out)
    same_ids = run("adjacency", ours, theirs, "--area-id", "code", "--out", tmp_path / "no.csv")

    assert result.exit_code == 0, result.output
    across = {(r["a"], r["b"]) for r in read(out) if r["crosses_city"] == "true"}
    # Rows of four: 4 and 5 lie under 8 and 9, 2 and 3 under 6 and 7, and 5 beside 6.
    assert across == {
        (CODES[2], "S0"),
        (CODES[3], "S1"),
        (CODES[4], "S2"),
        (CODES[5], "S3"),
        (CODES[5], "S0"),
    }
    assert (same_ids.exit_code, (tmp_path / "no.csv").exists()) == (2, False)
    assert f"feature 1 has the id {CODES[0]}, which ours.gpkg has too" in same_ids.stderr


def test_options_per_file_are_counted(tmp_path: Path, run) -> None:
    args = ("--area-id", "code", "--crs", "wgs84", "--crs", "gcj02", "--out", tmp_path / "o.csv")

    result = run("adjacency", areas_file(tmp_path), *args)

    assert result.exit_code == 2
    assert "--crs is given 2 times for 1 files" in result.stderr


def test_help_needs_nothing_heavy() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from gridsvc.cli import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "print({'shapely', 'pandas', 'sqlalchemy', 'fastapi'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stderr.strip() == "set()"
    assert all(command in done.stdout for command in ("locate", "audit", "adjacency"))
