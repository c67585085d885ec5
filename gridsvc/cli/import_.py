"""`gridsvc import`: files in, all of them good or nothing changed.

Exit 0 when the file was (or, on a dry run, would be) taken in, 1 when something in it is
wrong, 2 when it cannot be read or does not belong here.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gridsvc.services.area_repairs import RepairPreview
    from gridsvc.services.importing import Outcome

app = typer.Typer(no_args_is_help=True, help="Check files and take them in, whole or not at all.")

DryRun = Annotated[bool, typer.Option("--dry-run", help="Check only; change nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Crs = Annotated[
    str | None,
    typer.Option(help="Datum of the outlines (wgs84, gcj02, EPSG:4547 …); wins over the file."),
]
Layer = Annotated[
    str | None, typer.Option(help="Layer of a GeoPackage, or file of a zip, that holds several.")
]
Repair = Annotated[
    Path | None,
    typer.Option(help="Import nothing; write what a repair would change to this GeoPackage."),
]
GapWidth = Annotated[float, typer.Option(help="A repair fills gaps narrower than this.")]
EffectiveAt = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z"], help="From when on, with zone. Default: now."),
]


@app.command()
def divisions(
    file: Annotated[Path, typer.Argument(help="File of divisions with their outlines.")],
    dry_run: DryRun = False,
    accept_defects: Annotated[
        bool, typer.Option(help="Load in spite of gaps, overlaps and other flaws of the land.")
    ] = False,
    crs: Crs = None,
    layer: Layer = None,
    code_field: Annotated[
        str | None,
        typer.Option(help="Column of the code (12 digits; 6 and 9 are filled up). Default: code."),
    ] = None,
    name_field: Annotated[str, typer.Option(help="Column of the name.")] = "name",
    level: Annotated[
        str | None, typer.Option(help="Level of all rows; else column level, else by the code.")
    ] = None,
    parent: Annotated[
        str | None,
        typer.Option(help="Parent of all rows; else column parent_code, else by the code."),
    ] = None,
    codes: Annotated[
        Path | None,
        typer.Option(help="CSV of code,name for a file without codes. Default: the sample's."),
    ] = None,
    home_city: Annotated[
        str | None, typer.Option(help="The city served, when none is yet. Default: the first.")
    ] = None,
    repair: Repair = None,
    gap_width_m: GapWidth = 1.0,
    effective_at: EffectiveAt = None,
    as_json: AsJson = False,
) -> None:
    """Take in cities, towns and communities, or say what is wrong with them."""
    from gridsvc.cli.database import opened
    from gridsvc.cli.progress import busy
    from gridsvc.services.importing.division_rows import DivisionFields
    from gridsvc.services.importing.divisions import DivisionImport, import_divisions

    wanted = DivisionImport(
        path=file,
        crs=crs,
        layer=layer,
        fields=DivisionFields(code=code_field, name=name_field, level=level, parent=parent),
        codes=codes,
        home_city=home_city,
        accept_defects=accept_defects,
        dry_run=dry_run,
    )
    if repair is not None:
        from gridsvc.services.importing.repairs import preview_divisions

        with busy(f"Trying a repair of {file.name}"):
            preview = preview_divisions(wanted, repair, gap_width_m)
        tell_preview(preview, as_json=as_json)
        return
    with opened() as ctx, busy(f"Checking {file.name}"):
        outcome = import_divisions(ctx, wanted, effective_at)
    tell(outcome, file.name, dry_run=dry_run, accept_defects=accept_defects, as_json=as_json)


@app.command()
def grids(
    file: Annotated[Path, typer.Argument(help="File of grids with their outlines.")],
    dry_run: DryRun = False,
    crs: Crs = None,
    layer: Layer = None,
    code_field: Annotated[str, typer.Option(help="Column of the 15-digit code.")] = "code",
    community_field: Annotated[
        str, typer.Option(help="Column of the community's code; else by the grid's code.")
    ] = "community_code",
    households_field: Annotated[str, typer.Option(help="Column of households.")] = "households",
    population_field: Annotated[str, typer.Option(help="Column of people.")] = "population",
    title: Annotated[str, typer.Option(help="What this set of outlines is called.")] = "",
    repair: Repair = None,
    gap_width_m: GapWidth = 1.0,
    effective_at: EffectiveAt = None,
    as_json: AsJson = False,
) -> None:
    """Take in the first set of grids; later ones enter as a plan.

    Grids must cover their communities without gap or overlap and share every vertex.
    """
    from gridsvc.cli.database import opened
    from gridsvc.cli.progress import busy
    from gridsvc.services.importing.grids import GridFields, GridImport, import_grids

    wanted = GridImport(
        path=file,
        crs=crs,
        layer=layer,
        fields=GridFields(
            code=code_field,
            community=community_field,
            households=households_field,
            population=population_field,
        ),
        title=title,
        dry_run=dry_run,
    )
    if repair is not None:
        from gridsvc.services.importing.repairs import preview_grids

        with busy(f"Trying a repair of {file.name}"):
            preview = preview_grids(wanted, repair, gap_width_m)
        tell_preview(preview, as_json=as_json)
        return
    with opened() as ctx, busy(f"Checking {file.name}"):
        outcome = import_grids(ctx, wanted, effective_at)
    tell(outcome, file.name, dry_run=dry_run, as_json=as_json)


@app.command()
def officers(
    file: Annotated[Path, typer.Argument(help="CSV of holdings: an officer on a post a row.")],
    dry_run: DryRun = False,
    effective_at: EffectiveAt = None,
    as_json: AsJson = False,
) -> None:
    """Take in officers with the posts they hold.

    Columns: officer_code,name,phone,post_code,duty,place_kind,place_code,department,is_backup,
    shift. Rows may share a post or an officer.
    """
    from gridsvc.cli.database import opened
    from gridsvc.cli.progress import busy
    from gridsvc.services.importing.officers import import_officers

    with opened() as ctx, busy(f"Checking {file.name}"):
        outcome = import_officers(ctx, file, dry_run=dry_run, effective_at=effective_at)
    tell(outcome, file.name, dry_run=dry_run, as_json=as_json)


@app.command()
def matters(
    files: Annotated[
        list[Path],
        typer.Argument(help="CSVs of departments, matters, conditions, calendar; told by columns."),
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take in departments, matters, filing conditions and the duty calendar together."""
    from gridsvc.cli.database import opened
    from gridsvc.cli.progress import busy
    from gridsvc.services.importing.matters import import_matters

    names = ", ".join(file.name for file in files)
    with opened() as ctx, busy(f"Checking {names}"):
        outcome = import_matters(ctx, files, dry_run=dry_run)
    tell(outcome, names, dry_run=dry_run, as_json=as_json)


def tell_preview(preview: "RepairPreview", *, as_json: bool) -> None:
    """Print what a repair would change."""
    if as_json:
        import json

        typer.echo(json.dumps(preview.to_json(), ensure_ascii=False, indent=2))
        return
    from gridsvc.cli.repair_tables import print_preview

    print_preview(preview)


@app.command()
def addresses(
    file: Annotated[Path, typer.Argument(help="CSV of standard addresses.")],
    aliases: Annotated[
        Path | None, typer.Option(help="CSV of alias,division_code: other names of divisions.")
    ] = None,
    dry_run: DryRun = False,
    crs: Annotated[
        str, typer.Option(help="Datum of lon and lat: wgs84, gcj02, bd09, cgcs2000, EPSG:n.")
    ] = "cgcs2000",
    as_json: AsJson = False,
) -> None:
    """Put a table of addresses in the place of the one that is there.

    Columns: code,community_code,street,number,lon,lat, and building,unit,room where an address
    is as deep. A street may be a lane, an estate or a hamlet.
    """
    from gridsvc.cli.database import opened
    from gridsvc.cli.progress import busy
    from gridsvc.services.importing.addresses import import_addresses

    with opened() as ctx, busy(f"Checking {file.name}"):
        outcome = import_addresses(ctx, file, aliases=aliases, crs=crs, dry_run=dry_run)
    tell(outcome, file.name, dry_run=dry_run, as_json=as_json)


def tell(
    outcome: "Outcome",
    name: str,
    *,
    dry_run: bool,
    as_json: bool,
    accept_defects: bool | None = None,
) -> None:
    """Print what was found and done, and end with the exit code that says it."""
    blocked = outcome.blocked(bool(accept_defects))
    if as_json:
        import json

        typer.echo(json.dumps(outcome.to_json(), ensure_ascii=False, indent=2))
    else:
        for problem in outcome.problems:
            typer.echo(str(problem))
    for note in outcome.notes:
        typer.echo(note, err=True)
    counts = ", ".join(f"{count} {noun}" for noun, count in outcome.counts.items() if count)
    if blocked:
        typer.echo(f"{len(outcome.problems)} problem(s) in {name}; nothing was changed.", err=True)
        if accept_defects is False and all(problem.is_defect for problem in outcome.problems):
            typer.echo("All are flaws of the land: --accept-defects loads it as it is.", err=True)
        raise typer.Exit(code=1)
    accepted = f" with {len(outcome.problems)} accepted flaw(s)" if outcome.problems else ""
    verb = "would be loaded" if dry_run else "loaded"
    typer.echo(f"{counts or 'nothing'} {verb} from {name}{accepted}.", err=True)
