"""Bring a database to the schema this code expects; safe to run from several processes."""

import io
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from gridsvc.core.transition import STEPS
from gridsvc.store.database import migrator_for

#: Any number that no other program of the cluster uses for an advisory lock.
MIGRATION_LOCK = 4419_0001


def config_for(url: str) -> Config:
    """Return Alembic's configuration for a database."""
    # What Alembic says of a healthy schema must not stand among the answers of a command.
    config = Config(stdout=io.StringIO())
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
        write_transitions(connection)
        connection.commit()
    engine.dispose()


def write_transitions(connection: Connection) -> None:
    """Let the database allow exactly the changes of state that the life-cycle does."""
    allowed = sorted({(t.origin.value, t.target.value) for t in STEPS if t.origin != t.target})
    connection.execute(
        text(
            "DELETE FROM transition WHERE (from_state, to_state) NOT IN "
            "(SELECT * FROM unnest(CAST(:f AS text[]), CAST(:t AS text[])))"
        ),
        {"f": [f for f, _ in allowed], "t": [t for _, t in allowed]},
    )
    connection.execute(
        text("INSERT INTO transition VALUES (:f, :t) ON CONFLICT DO NOTHING"),
        [{"f": f, "t": t} for f, t in allowed],
    )


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
