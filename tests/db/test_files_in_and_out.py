"""`gridsvc import` and `gridsvc export` from the shell: exit codes, words, and a round trip."""

import json
from collections.abc import Callable
from pathlib import Path

import geopandas
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
from typer.testing import CliRunner, Result

from gridsvc.cli import app
from gridsvc.services.context import Context
from gridsvc.services.exporting import ENDINGS, export_file
from gridsvc.services.refusal import Refusal
from tests.city import OPENED_AT, TinyCity, outline_of
from tests.city_people import POSTS
from tests.db.import_files import officer_row, write_csv, write_divisions, write_grids

Run = Callable[..., Result]


def runner(url: str, var: Path) -> Run:
    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(
            app,
            [str(argument) for argument in arguments],
            env={"DATABASE_URL": url, "GRIDSVC_VAR": str(var), "COLUMNS": "200"},
        )

    return run


@pytest.fixture
def run(new_database: Callable[[], str], tmp_path: Path) -> Run:
    """Runs the command on an empty database."""
    return runner(new_database(), tmp_path)


@pytest.fixture
def run_in_city(database_url: str, tmp_path: Path) -> Run:
    """Runs the command on the tiny city."""
    return runner(database_url, tmp_path)


def test_a_city_comes_in_by_hand(run: Run, tmp_path: Path) -> None:
    divisions = write_divisions(tmp_path / "divisions.gpkg")
    grids = write_grids(tmp_path / "grids.gpkg")
    officers = write_csv(tmp_path / "officers.csv", [officer_row(1), officer_row(2)])

    first = run("import", "divisions", divisions, "--effective-at", "2026-01-01T00:00:00+0000")
    assert first.exit_code == 0, first.output
    assert "9 divisions loaded from divisions.gpkg" in first.stderr
    dry = run("import", "grids", grids, "--dry-run")
    assert (dry.exit_code, "would be loaded" in dry.stderr) == (0, True)
    assert run("import", "grids", grids).exit_code == 0
    again = run("import", "grids", grids)
    assert again.exit_code == 2
    assert "enter as a plan" in again.stderr
    assert run("import", "officers", officers).exit_code == 0


def test_flaws_are_printed_and_nothing_is_changed(run: Run, tmp_path: Path) -> None:
    path = write_divisions(tmp_path / "divisions.gpkg", without=["441900003001"])
    told = run("import", "divisions", path, "--json")

    assert told.exit_code == 1
    assert "nothing was changed" in told.stderr
    assert "--accept-defects" in told.stderr
    document = json.loads(told.stdout)
    assert document["is_written"] is False
    assert [p["is_defect"] for p in document["problems"]] == [True]
    assert "gap of" in document["problems"][0]["statement"]
    assert run("import", "divisions", path, "--accept-defects").exit_code == 0


def test_what_cannot_be_read_is_one_paragraph(run: Run, tmp_path: Path) -> None:
    missing = run("import", "divisions", tmp_path / "nowhere.gpkg")
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"\xff\xff\x00")
    unreadable = run("import", "officers", broken)

    for result in (missing, unreadable):
        assert result.exit_code == 2
        assert "Traceback" not in result.output
    assert "no such file" in missing.stderr


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("kind", ["grids", "divisions", "incidents"])
def test_every_kind_leaves_in_every_form(
    ctx: Context, tmp_path: Path, kind: str, ending: str
) -> None:
    out = tmp_path / f"{kind}{ending}"
    count = export_file(ctx, kind, out, at=OPENED_AT)

    assert out.is_file()
    assert count == {"grids": 9, "divisions": 9, "incidents": 0}[kind]
    assert [path.name for path in tmp_path.iterdir()] == [out.name]  # no half-written rest


def test_grids_leave_in_the_datum_asked_for(ctx: Context, tmp_path: Path) -> None:
    out = tmp_path / "grids.gpkg"
    export_file(ctx, "grids", out, at=OPENED_AT, crs="EPSG:4547")
    read = geopandas.read_file(out)

    assert read.crs.to_epsg() == 4547
    assert read.area.sum() == pytest.approx(9 * 1.137e6, rel=0.01)
    back = read.to_crs("EPSG:4490").set_index("code").geometry
    assert back.iloc[-1].hausdorff_distance(outline_of("N2")) < 1e-9


def test_a_datum_without_a_number_is_said_in_every_row(ctx: Context, tmp_path: Path) -> None:
    out = tmp_path / "grids.geojson"
    export_file(ctx, "grids", out, at=OPENED_AT, crs="gcj02")

    found = json.loads(out.read_text())["features"]
    assert {feature["properties"]["datum"] for feature in found} == {"gcj02"}


def test_officers_leave_by_code_only(ctx: Context, tiny_city: TinyCity, tmp_path: Path) -> None:
    out = tmp_path / "officers.csv"
    export_file(ctx, "officers", out, at=OPENED_AT)

    header, *rows = out.read_text().splitlines()
    assert header.startswith("officer_code,post_code,duty")
    assert len(rows) == sum(max(1, len(holders)) for *_, holders in POSTS)
    assert any(row.startswith(",handler-vacant,") for row in rows)
    assert "某" not in out.read_text()


@pytest.mark.parametrize("name", ["officers.gpkg", "grids.xlsx", "nowhere/grids.gpkg"])
def test_files_that_cannot_be_written_are_refused(ctx: Context, tmp_path: Path, name: str) -> None:
    kind = "officers" if name.startswith("officers") else "grids"
    with pytest.raises(Refusal):
        export_file(ctx, kind, tmp_path / name, at=OPENED_AT)
    assert list(tmp_path.iterdir()) == []


def test_points_are_located_in_the_grids_in_force(
    run_in_city: Run, run: Run, tiny_city: TinyCity, tmp_path: Path
) -> None:
    lon, lat = tiny_city.place_in("D4")
    points = write_csv(tmp_path / "points.csv", [{"lon": str(lon), "lat": str(lat)}])
    out = tmp_path / "located.csv"

    assert run("locate", points, "--out", out).exit_code == 2  # nothing is loaded there
    assert run_in_city("locate", points, "--out", out).exit_code == 0
    assert f",{tiny_city.grid_code('D4')},inside," in out.read_text()


def test_what_left_comes_in_as_the_same_city(
    run_in_city: Run, run: Run, new_database: Callable[[], str], tmp_path: Path
) -> None:
    digests = []
    divisions, grids = tmp_path / "divisions.gpkg", tmp_path / "grids.gpkg"
    for kind, out in (("divisions", divisions), ("grids", grids)):
        left = run_in_city("export", kind, out)
        assert left.exit_code == 0, left.output
    for url in (new_database(), new_database()):
        come = runner(url, tmp_path)
        for kind, file in (("divisions", divisions), ("grids", grids)):
            came = come("import", kind, file)
            assert came.exit_code == 0, came.output
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            digests.append(connection.execute(text("SELECT digest FROM generation")).scalar_one())
            count = connection.execute(text("SELECT count(*) FROM adjacency")).scalar_one()
        assert count == 8

    assert digests[0] == digests[1]
