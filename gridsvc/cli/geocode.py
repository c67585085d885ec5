"""`gridsvc geocode`: what an address means, one or a file of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from gridsvc.services.addresses import Geocoded


def geocode(
    text: Annotated[str | None, typer.Argument(help="An address, in quotation marks.")] = None,
    file: Annotated[
        Path | None, typer.Option(help="CSV of addresses (UTF-8 or GB18030) instead of one.")
    ] = None,
    field: Annotated[str, typer.Option(help="Column of the addresses.")] = "address",
    out: Annotated[
        Path | None, typer.Option(help="CSV to write, whole or not at all; needs --file.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="Candidates at most.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Say which address of the table a text means, with its place and grid.

    Confidence is exact, likely (one address, with something left out or one slip), ambiguous
    (several could be meant and none is chosen), division (no house is known, but a street or
    division is) or nothing. Exit 1 when one text has no single answer.
    """
    from gridsvc.services.refusal import Refusal

    if (text is None) == (file is None):
        raise Refusal("Give either an address or --file FILE.csv.")
    if (file is None) != (out is None):
        raise Refusal("--file and --out belong together.")
    if text is not None:
        _one(text, limit, as_json)
    elif file is not None and out is not None:
        _many(file, field, out, as_json)


def _one(text: str, limit: int, as_json: bool) -> None:
    from gridsvc.cli.database import opened
    from gridsvc.services.addresses import geocode as answer_to
    from gridsvc.services.ground import NoGeneration
    from gridsvc.services.refusal import Refusal

    with opened() as ctx:
        try:
            answer = answer_to(ctx, text, limit)
        except NoGeneration as error:
            raise Refusal(f"{error}.") from None
    if as_json:
        import json

        typer.echo(json.dumps(_as_json(answer), ensure_ascii=False, indent=2))
    else:
        for one in answer.candidates:
            place = "" if one.place is None else f"{one.place[0]:.6f} {one.place[1]:.6f}"
            grid = one.grid.code if one.grid else ""
            typer.echo(f"{one.score:.2f}  {one.level:<9}  {one.text}  {place}  {grid}".rstrip())
    more = answer.total - len(answer.candidates)
    typer.echo(answer.confidence + (f", and {more} more" if more > 0 else ""), err=True)
    if answer.is_ambiguous or not answer.candidates:
        raise typer.Exit(code=1)


def _many(file: Path, field: str, out: Path, as_json: bool) -> None:
    from gridsvc.cli.database import opened
    from gridsvc.cli.progress import counted
    from gridsvc.services.bulk_geocode import geocode_csv, row_count

    total = row_count(file)
    with opened() as ctx, counted(f"Geocoding {file.name}", total) as done:
        counts = geocode_csv(ctx, file, out, field=field, progress=done)
    if as_json:
        import json

        typer.echo(json.dumps(counts))
    shares = ", ".join(f"{count} {confidence}" for confidence, count in counts.items() if count)
    typer.echo(f"{sum(counts.values())} row(s) to {out}: {shares or 'none'}", err=True)


def _as_json(answer: "Geocoded") -> dict[str, Any]:
    return {
        "confidence": answer.confidence.value,
        "is_ambiguous": answer.is_ambiguous,
        "total": answer.total,
        "candidates": [
            {
                "text": one.text,
                "level": one.level,
                "score": one.score,
                "address_code": one.address_code,
                "lon": one.place[0] if one.place else None,
                "lat": one.place[1] if one.place else None,
                "grid": one.grid.code if one.grid else None,
                "divisions": [division.code for division in one.divisions],
            }
            for one in answer.candidates
        ],
    }
