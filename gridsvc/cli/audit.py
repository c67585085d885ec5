"""`gridsvc audit`: what keeps a file of areas from being a coverage."""

from pathlib import Path
from typing import Annotated

import typer


def audit(
    areas: Annotated[Path, typer.Argument(help="File of areas.")],
    parents: Annotated[
        Path | None, typer.Option(help="File of the areas these must fill and not leave.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="File known to be right: is the declared datum likely?")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
    crs: Annotated[
        str | None, typer.Option(help="Datum of the areas; wins over what their file says.")
    ] = None,
    area_id: Annotated[
        str | None,
        typer.Option(help="Column that names an area (else id, code … if there is one)."),
    ] = None,
    min_area_m2: Annotated[float, typer.Option(help="Leave out findings below this.")] = 1.0,
) -> None:
    """List invalid rings, gaps, overlaps, slivers, T-junctions and parts outside the parent.

    Exit 0 when the areas are a coverage, 1 when they are not, 2 when the file cannot be read.
    """
    from gridsvc.cli.progress import busy
    from gridsvc.services.audits import audit_file

    with busy(f"Reading {areas.name}") as step:
        found = audit_file(
            areas,
            parents=parents,
            against=against,
            crs=crs,
            area_id=area_id,
            smallest_m2=min_area_m2,
            step=step,
        )
    if as_json:
        import json

        typer.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    else:
        from gridsvc.cli.audit_tables import print_audit

        print_audit(found)
    typer.echo(f"{len(found)} problem(s) in {areas.name}", err=True)
    raise typer.Exit(code=1 if len(found) else 0)
