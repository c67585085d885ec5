"""`gridsvc export`: what is in the database, as a file."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Kind(StrEnum):
    """What can be exported."""

    GRIDS = "grids"
    DIVISIONS = "divisions"
    INCIDENTS = "incidents"
    OFFICERS = "officers"


def export(
    kind: Annotated[Kind, typer.Argument(help="What to write.")],
    out: Annotated[
        Path, typer.Argument(help="File to write: .geojson, .gpkg, .fgb, .parquet or .csv.")
    ],
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z"], help="Instant, with zone. Default: now."),
    ] = None,
    crs: Annotated[
        str, typer.Option(help="Datum to write: EPSG:4490, wgs84, gcj02, EPSG:4547 …")
    ] = "EPSG:4490",
) -> None:
    """Write grids, divisions, incidents or posts to a file, whole or not at all.

    Officers leave by code only; incidents leave without text and photos.
    """
    from gridsvc.cli.database import opened
    from gridsvc.cli.progress import busy
    from gridsvc.core.geo.datum import UnknownDatum
    from gridsvc.services.exporting import export_file
    from gridsvc.services.refusal import Refusal

    with opened() as ctx, busy(f"Writing {out.name}"):
        try:
            count = export_file(ctx, kind.value, out, at=as_of, crs=crs)
        except UnknownDatum as error:
            raise Refusal(f"{error}.") from None
    typer.echo(f"{count} {kind.value} written to {out}.", err=True)
