"""`gridsvc doctor`: is anything in the database that must never be there?"""

from typing import Annotated

import typer


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """List whatever breaks an invariant, with ids; say nothing about a healthy database.

    Exit 0 when nothing is broken, 1 when something is. Warnings (a photograph that never
    came, a calendar that ends) are listed and break nothing.
    """
    import json
    from dataclasses import asdict

    from gridsvc.cli.database import opened
    from gridsvc.services.doctor import Severity, examine

    with opened() as ctx:
        findings = examine(ctx)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in findings], ensure_ascii=False, indent=2))
    else:
        for one in findings:
            more = "" if one.count <= len(one.ids) else f" and {one.count - len(one.ids)} more"
            typer.echo(f"{one.severity}: {one.check} ({one.count}): {', '.join(one.ids)}{more}")
    raise typer.Exit(code=1 if any(one.severity is Severity.BREACH for one in findings) else 0)
