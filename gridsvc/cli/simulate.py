"""`gridsvc simulate`: play a morning over the public HTTP API of a running demo."""

from typing import Annotated

import typer


def simulate(
    reports: Annotated[int, typer.Option(min=1, help="How many reports are made.")] = 200,
    rate: Annotated[
        float, typer.Option(min=1, max=3600, help="How many times as fast the demo's clock runs.")
    ] = 60,
    hours: Annotated[
        float, typer.Option(min=0.1, max=48, help="Business hours over which reports come in.")
    ] = 3,
    follow_hours: Annotated[
        float, typer.Option(min=0, max=72, help="Business hours they are followed up afterwards.")
    ] = 1,
    url: Annotated[
        str | None, typer.Option(help="Address of the running demo (else from the settings).")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed plays another morning.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Play a morning with its faults: silence, returns, delays, duplicates, appeals, absences.

    Works through one service account that may act for others in a database marked demo.
    Exit 0 when every report became an incident that somebody owns, 1 when one did not.
    """
    import asyncio
    import json

    from gridsvc.cli.simulation.day import play_day, print_day
    from gridsvc.settings import load_settings

    settings = load_settings()
    result = asyncio.run(
        play_day(
            url=url or f"http://{settings.host}:{settings.port}",
            var=settings.var,
            reports=reports,
            rate=rate,
            hours=hours,
            follow_hours=follow_hours,
            seed=seed,
        )
    )
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        print_day(result)
    raise typer.Exit(code=0 if not result["lost"] else 1)
