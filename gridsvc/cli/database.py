"""The database a command works on: the one named, or the private cluster."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from gridsvc.services.context import Context
    from gridsvc.settings import Settings


@contextmanager
def database_of(settings: "Settings") -> Iterator[str]:
    """Give the owner's URL of a migrated database; the private cluster runs that long."""
    from gridsvc.cli.progress import busy
    from gridsvc.embedded import EmbeddedCluster
    from gridsvc.services.schema import migrate

    with ExitStack() as stack:
        url = settings.sqlalchemy_url
        if url is None:
            cluster = EmbeddedCluster(
                settings.var / "pg", say=lambda line: typer.echo(line, err=True)
            )
            with busy("Starting the database"):
                url = stack.enter_context(cluster)
        with busy("Looking at the schema"):
            migrate(url)
        yield url


@contextmanager
def context_of(settings: "Settings") -> Iterator["Context"]:
    """Give the parts of a process on the database of the settings."""
    from gridsvc.services.context import Context
    from gridsvc.settings import keep_compiled_code

    keep_compiled_code(settings)
    with database_of(settings) as url:
        ctx = Context.open(url, settings.media, settings.pool_size, settings.locator)
        try:
            yield ctx
        finally:
            ctx.close()


@contextmanager
def opened() -> Iterator["Context"]:
    """Give the parts of a process on the database that the environment names."""
    from gridsvc.settings import load_settings

    with context_of(load_settings()) as ctx:
        yield ctx
