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
    layer: Annotated[
        str | None, typer.Option(help="Layer of a GeoPackage, or file of a zip, with several.")
    ] = None,
    min_area_m2: Annotated[float, typer.Option(help="Leave out findings below this.")] = 1.0,
    out: Annotated[
        Path | None, typer.Option(help="GeoPackage to write: one layer per kind of finding.")
    ] = None,
    repair: Annotated[
        Path | None, typer.Option(help="GeoPackage to write: what a repair would change.")
    ] = None,
    gap_width_m: Annotated[
        float, typer.Option(help="A repair fills gaps narrower than this.")
    ] = 1.0,
) -> None:
    """List invalid rings, gaps, overlaps, slivers, T-junctions and parts outside the parent.

    Exit 0 when the areas are a coverage, 1 when they are not, 2 when the file cannot be read.
    A repair is only ever previewed, as layers before, after and moved_land; the file stays as it
    is. One that would leave an area without land is refused.
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
            layer=layer,
            smallest_m2=min_area_m2,
            out=out,
            repair=repair,
            gap_width_m=gap_width_m,
            step=step,
        )
    if as_json:
        import json

        typer.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    else:
        from gridsvc.cli.audit_tables import print_audit

        print_audit(found)
        if found.repair is not None:
            from gridsvc.cli.repair_tables import print_preview

            print_preview(found.repair)
    if out is not None:
        typer.echo(f"Findings as layers in {out}", err=True)
    typer.echo(f"{len(found)} problem(s) in {areas.name}", err=True)
    raise typer.Exit(code=1 if len(found) else 0)
