"""`gridsvc up`: one command brings the whole service up."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gridsvc.services.context import Context
    from gridsvc.services.demo_accounts import DemoAccount
    from gridsvc.settings import Settings


def up(
    demo: Annotated[
        bool, typer.Option("--demo", help="Load the sample city and make demo accounts.")
    ] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    worker: Annotated[bool, typer.Option(help="Run background jobs in this process too.")] = True,
) -> None:
    """Start a database if none is given, migrate it, serve the pages and the API, run the jobs."""
    from gridsvc.cli.database import context_of
    from gridsvc.cli.log import start_logging
    from gridsvc.settings import load_settings

    settings = load_settings()
    chosen = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = settings.model_copy(update=chosen)
    start_logging(settings.log_level, settings.log_format)
    with context_of(settings) as ctx:
        if demo:
            prepare_demo(ctx, settings)
        print_addresses(settings)
        serve(ctx, settings, worker)


def prepare_demo(ctx: "Context", settings: "Settings") -> None:
    """Load the sample city once, and make the demo accounts once."""
    from gridsvc.cli.progress import stages
    from gridsvc.services.demo_accounts import ACCOUNTS_FILE, create_demo_accounts
    from gridsvc.services.sample_city import load_sample_city

    with stages("Sample city") as progress:
        load_sample_city(ctx, settings.var / "sample", progress)
    accounts = create_demo_accounts(ctx, settings.var / ACCOUNTS_FILE)
    print_accounts(accounts, settings)


#: What the city calls a role; the login beside it is the English of it.
ROLE_NAMES = {
    "grid_manager": "网格管理员",
    "grid_assistant": "网格协管员",
    "grid_supervisor": "网格督导员",
    "grid_police": "网格警务员",
    "handler": "处置人员",
    "enforcement_officer": "执法人员",
    "dispatcher": "调度员",
    "liaison": "联络员",
    "participant": "网格参与员",
    "planner": "规划员",
    "analyst": "分析员",
    "operator": "运维员",
    "resident": "市民",
    "machine": "接口",
}


def print_accounts(accounts: "list[DemoAccount]", settings: "Settings") -> None:
    """Print who may sign in to the demo."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Demo accounts", title_justify="left")
    for heading in ("login", "password", "who", "where"):
        table.add_column(heading, overflow="fold")
    for account in accounts:
        # nobody types the key of a machine
        is_machine = account.role == "machine"
        password = "in the file below" if is_machine else account.password
        table.add_row(account.login, password, ROLE_NAMES[account.role], account.where)
    Console(stderr=True).print(table)
    typer.echo(f"They are kept in {settings.var / 'demo-accounts.txt'}", err=True)


def print_addresses(settings: "Settings") -> None:
    """Print where to look."""
    from gridsvc.api.pages import DIST

    base = f"http://{settings.host}:{settings.port}"
    typer.echo(f"Phone page     {base}/m/", err=True)
    typer.echo(f"Dispatch page  {base}/d/", err=True)
    if not (DIST / "index.html").exists():
        typer.echo("The pages have not been built; scripts/run builds them.", err=True)


def serve(ctx: "Context", settings: "Settings", with_worker: bool) -> None:
    """Serve until told to stop."""
    import asyncio
    import resource

    import uvicorn

    from gridsvc.api.app import create_app
    from gridsvc.worker.jobs import run_worker

    # Each open page holds a connection, and the usual soft limit is a thousand files.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    app = create_app(ctx, cookie_secure=settings.cookie_secure)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            # A live feed never ends by itself; the hub ends it when the server stops.
            timeout_graceful_shutdown=5,
            server_header=False,
            date_header=True,
        )
    )

    async def run() -> None:
        jobs = asyncio.create_task(run_worker(ctx)) if with_worker else None
        try:
            await server.serve()
        finally:
            if jobs is not None:
                jobs.cancel()
                await asyncio.gather(jobs, return_exceptions=True)

    asyncio.run(run())
