"""The command table: one line each. Commands import what is heavy inside their bodies."""

from typing import Any

import typer
from typer.core import TyperGroup

from gridsvc.cli import import_
from gridsvc.cli.adjacency import adjacency
from gridsvc.cli.audit import audit
from gridsvc.cli.doctor import doctor
from gridsvc.cli.export import export
from gridsvc.cli.geocode import geocode
from gridsvc.cli.locate import locate
from gridsvc.cli.migrate import migrate
from gridsvc.cli.replay import replay
from gridsvc.cli.simulate import simulate
from gridsvc.cli.up import up
from gridsvc.cli.worker import worker
from gridsvc.services.refusal import Refusal


class Commands(TyperGroup):
    """Commands whose refusals end in one paragraph and exit code 2, never in a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; turn a `Refusal` into its text on stderr."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            typer.echo(str(refusal), err=True)
            raise typer.Exit(code=2) from None


app = typer.Typer(
    name="gridsvc",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def gridsvc() -> None:
    """Run a city by grids: serve it, place things in its grids, check its borders."""


app.command()(up)
app.command()(worker)
app.command()(migrate)
app.command()(simulate)
app.command()(doctor)
app.command()(replay)
app.add_typer(import_.app, name="import")
app.command()(export)
app.command()(locate)
app.command()(geocode)
app.command()(audit)
app.command()(adjacency)
