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
    areas: Annotated[list[Path], typer.Argument(help="File of areas, or files that meet.")],
    area_id: Annotated[
        list[str], typer.Option(help="Column that names an area; once, or once per file.")
    ],
    out: Annotated[Path, typer.Option(help="CSV to write, whole or not at all.")],
    kind: Annotated[
        Kind, typer.Option(help="rook: along a border; queen: in a point too.")
    ] = Kind.ROOK,
    city_field: Annotated[
        list[str] | None,
        typer.Option(help="Column of the city. Without it each of several files is a city."),
    ] = None,
    crs: Annotated[
        list[str] | None,
        typer.Option(help="Datum of the areas, once or once per file; wins over the file."),
    ] = None,
    layer: Annotated[
        list[str] | None, typer.Option(help="Layer of a file with several, once or once per file.")
    ] = None,
) -> None:
    """Write a,b,shared_m,kind,crosses_city: one row per unordered pair of neighbours.

    Inside a file neighbours share their vertices. Borders of two files, or of two cities, count
    as shared where they run within 1 m of each other, over 3 m and more.
    """
    from gridsvc.cli.progress import busy
    from gridsvc.core.geo.adjacency import Contact
    from gridsvc.services.adjacencies import write_adjacencies

    with busy(f"Comparing the borders of {', '.join(path.name for path in areas)}"):
        count = write_adjacencies(
            areas,
            out,
            area_ids=area_id,
            kind=Contact(kind),
            city_fields=city_field or (),
            crs=crs or (),
            layers=layer or (),
        )
    typer.echo(f"{count} pair(s) to {out}", err=True)
