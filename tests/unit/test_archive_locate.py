"""Folders and Parquet files of points: the same answers as for a CSV, and all of it or nothing."""

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from typer.testing import CliRunner

from gridsvc.cli import app
from gridsvc.core.geo.datum import from_4490
from gridsvc.core.geo.locate import MATCHES, Answers, Locator, Match
from gridsvc.services import archive_locate, bulk_locate
from gridsvc.services.archive_locate import locate_archive, pieces_of
from gridsvc.services.bulk_locate import PointColumns, locate_csv
from gridsvc.services.parquet_locate import locate_parquet
from gridsvc.services.refusal import BadFile, Refusal
from tests.builders import areas, coverage_with_hole_and_parts, lattice, vertices

OUTLINES = coverage_with_hole_and_parts()
COLUMNS = PointColumns()


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(areas(OUTLINES))


def some_points(count: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Random places in and around the areas, and the vertices of their borders."""
    west, south, east, north = shapely.total_bounds(OUTLINES)
    rng = np.random.default_rng(7)
    corners = vertices(OUTLINES)
    lon = rng.uniform(west - 0.01, east + 0.01, count - len(corners))
    lat = rng.uniform(south - 0.01, north + 0.01, count - len(corners))
    return np.concatenate((lon, corners[:, 0])), np.concatenate((lat, corners[:, 1]))


def table(first: int = 0, last: int = 400) -> pa.Table:
    lon, lat = some_points()
    chosen = slice(first, last)
    return pa.table({"n": list(range(400))[chosen], "lon": lon[chosen], "lat": lat[chosen]})


def write_csv(path: Path, rows: pa.Table) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(rows.column_names)
        writer.writerows(zip(*(column.to_pylist() for column in rows.columns), strict=True))
    return path


def write_parquet(path: Path, rows: pa.Table, row_group_size: int = 50) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows, path, row_group_size=row_group_size)
    return path


def archive(folder: Path) -> Path:
    """400 rows in a CSV, in a Parquet file and in two of a sub-folder, and what tools leave."""
    write_csv(folder / "all.csv", table())
    write_parquet(folder / "all.parquet", table())
    write_parquet(folder / "year=2025" / "a.parquet", table(0, 150))
    write_parquet(folder / "year=2025" / "b.parquet", table(150, 400))
    (folder / "_SUCCESS").touch()
    (folder / ".crc.csv").touch()
    (folder / "notes.txt").touch()
    return folder


def answers(path: Path) -> list[tuple[object, ...]]:
    """Row number, area, match and metres of a written file, as text."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    else:
        rows = pq.read_table(path).to_pylist()
    return [
        (
            int(row["n"]),
            row["area_id"] or "",
            row["match"],
            "" if row["edge_distance_m"] in ("", None) else f"{float(row['edge_distance_m']):.3f}",
        )
        for row in rows
    ]


def test_parquet_gets_the_answers_of_a_csv(tmp_path: Path, locator: Locator) -> None:
    by_csv = locate_csv(
        write_csv(tmp_path / "p.csv", table()), tmp_path / "o.csv", locator, COLUMNS
    )
    by_parquet = locate_parquet(
        write_parquet(tmp_path / "p.parquet", table()), tmp_path / "o.parquet", locator, COLUMNS
    )

    assert by_csv == by_parquet
    assert answers(tmp_path / "o.csv") == answers(tmp_path / "o.parquet")
    assert by_csv.rows == 400
    assert all(by_csv.by_match[match] for match in ("inside", "edge", "nearest", "outside"))
    written = pq.read_table(tmp_path / "o.parquet")
    assert written.select(["n", "lon", "lat"]).equals(table())


def test_a_folder_gets_the_answers_of_its_files(
    tmp_path: Path, locator: Locator, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = archive(tmp_path / "points")
    locate_csv(folder / "all.csv", tmp_path / "alone.csv", locator, COLUMNS)
    monkeypatch.setattr(archive_locate, "PIECE_ROWS", 120)
    monkeypatch.setattr(
        archive_locate, "pieces_of", lambda path, of=pieces_of: of(path, piece_rows=120)
    )
    told: list[tuple[int, int]] = []

    found = locate_archive(
        folder, tmp_path / "out", locator, COLUMNS, progress=lambda *done: told.append(done)
    )

    written = sorted(p.relative_to(tmp_path / "out") for p in (tmp_path / "out").rglob("*.*"))
    assert [str(path) for path in written if path.suffix] == [
        "all.0000.parquet",
        "all.0001.parquet",
        "all.0002.parquet",
        "all.0003.parquet",
        "all.csv",
        "year=2025/a.0000.parquet",
        "year=2025/a.0001.parquet",
        "year=2025/b.0000.parquet",
        "year=2025/b.0001.parquet",
        "year=2025/b.0002.parquet",
    ]
    expected = answers(tmp_path / "alone.csv")
    for stem in ("all", "year=2025/[ab]"):
        parts = sorted((tmp_path / "out").glob(f"{stem}.*.parquet"))
        assert [row for part in parts for row in answers(part)] == expected
    assert (tmp_path / "out" / "all.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()
    assert (found.files, found.located.rows) == (4, 1_200)
    assert told == [(n, 10) for n in range(1, 11)]
    assert found.peak_bytes > 10_000_000


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda t: t.set_column(1, "lon", pa.array([*[113.7] * 399, float("nan")])), "row 400 is"),
        (
            lambda t: t.set_column(2, "lat", pa.array([*[23.0] * 320, None, *[23.0] * 79])),
            "row 321",
        ),
        (
            lambda t: t.set_column(2, "lat", pa.array([*[23.0] * 200, 95.0, *[23.0] * 199])),
            "row 201",
        ),
        (
            lambda t: t.set_column(1, "lon", pa.array([*[113.7] * 399, 0.0])).set_column(
                2, "lat", pa.array([*[23.0] * 399, 0.0])
            ),
            "row 400 is at 0/0",
        ),
        (lambda t: t.set_column(1, "lon", pa.array(["113.7"] * 400)), "holds string, not numbers"),
        (lambda t: t.rename_columns(["n", "x", "y"]), "has no column 'lon'"),
        (lambda t: t.rename_columns(["match", "lon", "lat"]), "already has a column 'match'"),
    ],
)
def test_one_bad_row_leaves_no_folder(tmp_path: Path, locator: Locator, spoil, told: str) -> None:
    folder = tmp_path / "points"
    write_parquet(folder / "a.parquet", table())
    write_parquet(folder / "deep" / "b.parquet", spoil(table()))
    write_csv(folder / "z.csv", table())

    with pytest.raises(Refusal) as refused:
        locate_archive(folder, tmp_path / "out", locator, COLUMNS)

    assert str(refused.value).startswith(f"{Path('deep') / 'b.parquet'}: ")
    assert told in str(refused.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["points"]


def test_long_rows_are_held_in_smaller_numbers(
    tmp_path: Path, locator: Locator, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = write_csv(tmp_path / "points.csv", table())
    locate_csv(points, tmp_path / "at_once.csv", locator, COLUMNS)
    monkeypatch.setattr(bulk_locate, "CHUNK_CHARACTERS", 1_000)
    told: list[int] = []

    found = locate_csv(points, tmp_path / "out.csv", locator, COLUMNS, told.append)

    held = np.diff([0, *told])
    # a row has some forty characters, and only the last ones may be fewer than it takes
    assert held.max() < 40
    assert (len(told) > 10, told[-1], found.rows) == (True, 400, 400)
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "at_once.csv").read_bytes()


def test_rows_are_counted_through_the_pieces_of_a_file(tmp_path: Path, locator: Locator) -> None:
    bad = table().set_column(2, "lat", pa.array([*[23.0] * 333, 95.0, *[23.0] * 66]))
    path = write_parquet(tmp_path / "p" / "a.parquet", bad)
    [*_, piece] = pieces_of(tmp_path / "p", piece_rows=100)

    assert (piece.row_groups, piece.first_row, piece.target) == ((6, 7), 300, "a.0003.parquet")
    with pytest.raises(BadFile, match="row 334 is no place in wgs84: lat = 95"):
        locate_parquet(
            path,
            tmp_path / "o.parquet",
            locator,
            COLUMNS,
            row_groups=piece.row_groups,
            first_row=piece.first_row,
        )
    assert not (tmp_path / "o.parquet").exists()


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_swapped_metres_are_named(tmp_path: Path, locator: Locator, kind: str) -> None:
    easting, northing = from_4490(*some_points(), "EPSG:4547")
    rows = pa.table({"n": range(400), "lon": northing, "lat": easting})
    points = (write_csv if kind == "csv" else write_parquet)(tmp_path / f"p.{kind}", rows)
    locate = locate_csv if kind == "csv" else locate_parquet

    with pytest.raises(BadFile, match="axes are swapped"):
        locate(points, tmp_path / "out", locator, PointColumns(datum="EPSG:4547"))


def test_a_broken_quote_far_down_is_named_by_its_row(
    tmp_path: Path, locator: Locator, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every chunk before it is written; none of it may stay.
    monkeypatch.setattr("gridsvc.services.bulk_locate.CHUNK_ROWS", 20_000)
    monkeypatch.setattr(locator, "locate_many", lambda lon, _: _outside(lon.size))
    path = tmp_path / "p.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("n,lon,lat\n")
        file.writelines(
            f"{n},113.7,23.0\n" if n != 71_233 else '"71233,113.7,23.0\n' for n in range(1, 75_001)
        )

    with pytest.raises(BadFile, match=r"p.csv: row 71233 \(line 71234\) cannot be read"):
        locate_csv(path, tmp_path / "out.csv", locator, COLUMNS)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["p.csv"]


def _outside(count: int) -> Answers:
    return Answers(
        index=np.full(count, -1, dtype=np.int32),
        match=np.full(count, MATCHES.index(Match.OUTSIDE), dtype=np.uint8),
        edge_distance_m=np.full(count, -1.0),
        ties={},
    )


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path, locator: Locator) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "a.parquet").write_bytes(b"PAR1 and no more")

    with pytest.raises(BadFile, match=r"a.parquet: cannot be read as Parquet"):
        locate_archive(tmp_path / "p", tmp_path / "out", locator, COLUMNS)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("points.csv", "--engine", "dask"), "--engine dask works on a folder"),
        (("points", "--workers", "2"), "--scheduler and --workers belong to --engine dask"),
        (("points", "--out", "points/out"), "lies in points. Give an --out elsewhere"),
        (("points", "--out", "full"), "full is there already"),
        (("empty",), "empty holds no Parquet and no CSV files"),
        (("points", "--crs", "wgs72"), "known are wgs84"),
    ],
)
def test_what_cannot_be_done_exits_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    archive(Path("points"))
    write_csv(Path("points.csv"), table())
    write_csv(Path("full") / "a.csv", table())
    Path("empty").mkdir()
    shapes = Path("areas.csv")
    rows = [(f"A{i}", outline.wkt) for i, outline in enumerate(lattice(2, 2))]
    with shapes.open("w", newline="") as file:
        csv.writer(file).writerows([("code", "wkt"), *rows])
    before = sorted(Path().rglob("*"))

    result = CliRunner().invoke(
        app, ["locate", "--areas", "areas.csv", "--area-id", "code", "--out", "out", *args]
    )

    assert result.exit_code == 2, result.output
    assert told in result.stderr
    assert sorted(Path().rglob("*")) == before


def test_without_distributed_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from gridsvc.services.dask_pieces import dask_engine

    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(Refusal, match="scripts/prepare archive"):
        dask_engine()
