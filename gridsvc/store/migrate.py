"""Bring a database to the schema this code expects; safe to run from several processes."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from gridsvc.store.database import migrator_for

#: Any number that no other program of the cluster uses for an advisory lock.
MIGRATION_LOCK = 4419_0001


def config_for(url: str) -> Config:
    """Return Alembic's configuration for a database."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config


def migrate(url: str) -> None:
    """Upgrade to the newest schema; a second process waits and finds nothing to do."""
    engine = migrator_for(url)
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK})
        connection.commit()
        if not is_current(url):
            command.upgrade(config_for(url), "head")
    engine.dispose()


def is_current(url: str) -> bool:
    """Tell whether the database has exactly the schema of this code."""
    engine = migrator_for(url)
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return found == ScriptDirectory.from_config(config_for(url)).get_current_head()


def check_drift(url: str) -> None:
    """Raise when the tables in the code are not those the migrations make."""
    command.check(config_for(url))
