"""`gridsvc locate`: put an area's id beside every point of a CSV."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gridsvc.core.geo.locate import Locator


def locate(
    points: Annotated[Path, typer.Argument(help="CSV of points (UTF-8 or GB18030).")],
    out: Annotated[Path, typer.Option(help="CSV to write, whole or not at all.")],
    areas: Annotated[
        Path | None,
        typer.Option(help="File of areas; without it the generation in force answers."),
    ] = None,
    area_id: Annotated[
        str | None, typer.Option(help="Column of the areas that becomes area_id.")
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
) -> None:
    """Append area_id, match and edge_distance_m to every row of a CSV.

    A match is inside, edge (on a border), overlap (the areas overlap there), nearest (in none,
    but within --nearest-m of one) or outside. The distance to the area's nearest border is in
    metres, negative when the point is not in it. One bad row stops all: exit 2, nothing written.
    """
    from gridsvc.cli.progress import counted
    from gridsvc.services.area_files import read_areas
    from gridsvc.services.bulk_locate import locate_csv, locator_over
    from gridsvc.services.refusal import Refusal

    if areas is None:
        from gridsvc.cli.database import opened
        from gridsvc.services.places import locator_in_force

        with opened() as ctx:
            locator = locator_in_force(ctx, nearest_m)
    elif area_id is None:
        raise Refusal("--areas needs --area-id: the column that names an area.")
    else:
        locator = locator_over(read_areas(areas, area_id=area_id, crs=areas_crs), nearest_m)
    with counted(f"Locating {points.name}") as done:
        located = locate_csv(
            points,
            out,
            locator,
            lon_field=lon_field,
            lat_field=lat_field,
            datum=crs,
            progress=done,
        )
    shares = ", ".join(f"{count} {match}" for match, count in located.by_match.items() if count)
    typer.echo(f"{located.rows} row(s) to {out}: {shares or 'none'}", err=True)


def locator_in_force(nearest_m: float) -> "Locator":
    """Return the locator over the grids in force, by their codes."""
    from gridsvc.cli.database import opened
    from gridsvc.services.ground import NoGeneration
    from gridsvc.services.places import locator_now
    from gridsvc.services.refusal import Refusal

    with opened() as ctx:
        try:
            return locator_now(ctx, nearest_m)
        except NoGeneration as error:
            raise Refusal(f"{error}. Or give areas with --areas FILE --area-id FIELD.") from None
