"""`gridsvc locate`: put an area's id beside every point of a file, or of a folder of files."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gridsvc.core.geo.locate import Locator, Match
    from gridsvc.services.bulk_locate import PointColumns


class EngineName(StrEnum):
    """What runs the work on a folder."""

    PLAIN = "plain"
    DASK = "dask"


def locate(
    points: Annotated[
        Path, typer.Argument(help="CSV (UTF-8 or GB18030) or Parquet of points, or a folder.")
    ],
    out: Annotated[
        Path, typer.Option(help="File (for a folder: folder) to write, whole or not at all.")
    ],
    areas: Annotated[
        Path | None,
        typer.Option(help="File of areas; without it the generation in force answers."),
    ] = None,
    area_id: Annotated[
        str | None, typer.Option(help="Column of the areas that becomes area_id.")
    ] = None,
    layer: Annotated[
        str | None, typer.Option(help="Layer of the areas, where their file holds several.")
    ] = None,
    lon_field: Annotated[str, typer.Option(help="Column of longitude (or easting).")] = "lon",
    lat_field: Annotated[str, typer.Option(help="Column of latitude (or northing).")] = "lat",
    crs: Annotated[
        str, typer.Option(help="Datum of the points: wgs84, gcj02, bd09, cgcs2000, EPSG:n.")
    ] = "wgs84",
    areas_crs: Annotated[
        str | None, typer.Option(help="Datum of the areas; wins over what their file says.")
    ] = None,
    nearest_m: Annotated[
        float, typer.Option(help="Reach in metres of an area for points in none.")
    ] = 200.0,
    engine: Annotated[
        EngineName, typer.Option(help="For a folder: this process, or a Dask cluster.")
    ] = EngineName.PLAIN,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of the Dask scheduler; else processes here.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Dask processes here; else one per processor.")
    ] = None,
) -> None:
    """Append area_id, match and edge_distance_m to every row of a CSV or Parquet file.

    A match is inside, edge (on a border), overlap (the areas overlap there), nearest (in none,
    but within --nearest-m of one) or outside. The distance to the area's nearest border is in
    metres, negative when the point is not in it. One bad row stops all: exit 2, nothing written.

    A folder may be larger than memory: a process holds the index of the areas and 50,000 rows
    at a time (of Parquet, the pages of one row group besides), and its peak is told at the end.
    Workers of a given cluster must see both folders under the same paths.
    """
    from gridsvc.services.bulk_locate import PointColumns
    from gridsvc.services.refusal import Refusal

    if engine is EngineName.DASK and not points.is_dir():
        raise Refusal("--engine dask works on a folder of files; a file needs no engine.")
    if (scheduler or workers) and engine is not EngineName.DASK:
        raise Refusal("--scheduler and --workers belong to --engine dask.")
    columns = PointColumns(lon=lon_field, lat=lat_field, datum=crs)
    locator = _locator(areas, area_id, areas_crs, layer, nearest_m)
    if points.is_dir():
        _locate_folder(points, out, locator, columns, engine, scheduler, workers)
        return
    from gridsvc.cli.progress import counted
    from gridsvc.services.bulk_locate import locate_csv
    from gridsvc.services.parquet_locate import locate_parquet

    with counted(f"Locating {points.name}") as done:
        if points.suffix.lower() in {".parquet", ".pq"}:
            located = locate_parquet(points, out, locator, columns, progress=done)
        else:
            located = locate_csv(points, out, locator, columns, done)
    typer.echo(f"{located.rows} row(s) to {out}: {_shares(located.by_match)}", err=True)


def _locate_folder(
    points: Path,
    out: Path,
    locator: "Locator",
    columns: "PointColumns",
    engine: EngineName,
    scheduler: str | None,
    workers: int | None,
) -> None:
    from gridsvc.cli.progress import stages
    from gridsvc.services.archive_locate import locate_archive

    run = None
    if engine is EngineName.DASK:
        from gridsvc.services.dask_pieces import dask_engine

        run = dask_engine(scheduler, workers)
    with stages("Locating") as tell:
        found = locate_archive(
            points, out, locator, columns, run, lambda done, of: tell(points.name, done, of)
        )
    typer.echo(
        f"{found.located.rows} row(s) of {found.files} file(s) to {out}: "
        f"{_shares(found.located.by_match)}. Peak of memory: "
        f"{found.peak_bytes / (1 << 20):,.0f} MB in one process",
        err=True,
    )


def _locator(
    areas: Path | None,
    area_id: str | None,
    areas_crs: str | None,
    layer: str | None,
    nearest_m: float,
) -> "Locator":
    if areas is None:
        from gridsvc.cli.database import opened
        from gridsvc.services.places import locator_in_force

        with opened() as ctx:
            return locator_in_force(ctx, nearest_m)
    from gridsvc.services.area_files import read_areas
    from gridsvc.services.bulk_locate import locator_over
    from gridsvc.services.refusal import Refusal

    if area_id is None:
        raise Refusal("--areas needs --area-id: the column that names an area.")
    read = read_areas(areas, area_id=area_id, crs=areas_crs, layer=layer)
    return locator_over(read, nearest_m)


def _shares(by_match: "dict[Match, int]") -> str:
    return ", ".join(f"{count} {match}" for match, count in by_match.items() if count) or "none"
