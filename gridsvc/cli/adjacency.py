"""`gridsvc adjacency`: who borders on whom, over how many metres."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Kind(StrEnum):
    """The contacts told; values as in the core, spelt here so that `--help` stays quick."""

    ROOK = "rook"
    QUEEN = "queen"


def adjacency(
    areas: Annotated[Path, typer.Argument(help="File of areas.")],
    area_id: Annotated[str, typer.Option(help="Column that names an area.")],
    out: Annotated[Path, typer.Option(help="CSV to write, whole or not at all.")],
    kind: Annotated[
        Kind, typer.Option(help="rook: along a border; queen: in a point too.")
    ] = Kind.ROOK,
    city_field: Annotated[
        str | None, typer.Option(help="Column of the city; borders of two cities match within 1 m.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="Datum of the areas; wins over what their file says.")
    ] = None,
) -> None:
    """Write a,b,shared_m,kind,crosses_city: one row per unordered pair of neighbours."""
    from gridsvc.cli.progress import busy
    from gridsvc.core.geo.adjacency import Contact
    from gridsvc.services.adjacencies import write_adjacencies

    with busy(f"Comparing the borders of {areas.name}"):
        count = write_adjacencies(
            areas,
            out,
            area_id=area_id,
            kind=Contact(kind),
            city_field=city_field,
            crs=crs,
        )
    typer.echo(f"{count} pair(s) to {out}", err=True)
