"""Connections: which role a piece of work runs under, and what it may see.

The login of the database URL owns the schema and only migrates. All other work
runs under a role that owns nothing: `gridsvc_app`, or `gridsvc_intake`, which
may only insert. What a transaction sees is set by its scope; without one it
sees no incident at all.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool, QueuePool

from gridsvc.store.codec import dump_json, load_json

#: How long transactions under way are waited for when everything closes.
CLOSING_S = 5.0
#: Sees every row: for the sweep, the outbox tail, imports and the doctor.
EVERYTHING: tuple[str, ...] = ("*",)


def engine_for(url: str, role: str | None, pool_size: int) -> Engine:
    """Return an engine whose connections act as `role` (the login itself when None)."""
    options = "-c timezone=UTC -c jit=off"
    if role is not None:
        options += f" -c role={role}"
    return create_engine(
        url,
        connect_args={"options": options},
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        # Parameters are people's data, and what an error says is logged.
        hide_parameters=True,
        json_serializer=dump_json,
        json_deserializer=load_json,
    )


@dataclass(frozen=True, slots=True)
class Database:
    """The engines of one process, one per role."""

    url: str
    app: Engine
    intake: Engine
    #: One connection for what is read while all others may be in use.
    aside: Engine

    @classmethod
    def open(cls, url: str, pool_size: int = 8) -> "Database":
        """Open pools for a database that has been migrated."""
        return cls(
            url=url,
            app=engine_for(url, "gridsvc_app", pool_size),
            intake=engine_for(url, "gridsvc_intake", pool_size),
            aside=engine_for(url, "gridsvc_app", 1),
        )

    def close(self) -> None:
        """Close every pooled connection, those too that a thread has still to give back.

        One given back to a pool that is gone would stay open until somebody collects garbage.
        """
        ends_at = time.monotonic() + CLOSING_S
        for engine in (self.app, self.intake, self.aside):
            pool = cast(QueuePool, engine.pool)
            while pool.checkedout() and time.monotonic() < ends_at:
                time.sleep(0.01)
            engine.dispose()

    @contextmanager
    def begin(self, scope: Iterable[str] = EVERYTHING) -> Iterator[Connection]:
        """Run one transaction that sees what `scope` names; it commits or leaves nothing."""
        keys = tuple(scope)
        with self.app.begin() as connection:
            if keys:  # without any, nothing is seen as it is
                set_scope(connection, keys)
            yield connection

    @contextmanager
    def begin_intake(self) -> Iterator[Connection]:
        """Run one transaction that can take reports in and read none of them."""
        with self.intake.begin() as connection:
            yield connection

    @contextmanager
    def begin_aside(self) -> Iterator[Connection]:
        """Run one short transaction without a scope, whoever else holds how many connections."""
        with self.aside.begin() as connection:
            yield connection


def set_scope(connection: Connection, scope: Iterable[str]) -> None:
    """Say what the rest of this transaction may see."""
    keys = tuple(scope)
    # A department named "x,*" must not open everything.
    if any("," in key for key in keys):
        raise ValueError(f"a scope key holds no comma: {keys}")
    connection.execute(
        text("SELECT set_config('gridsvc.scope', :scope, true)"), {"scope": ",".join(keys)}
    )


def migrator_for(url: str) -> Engine:
    """Return an engine that acts as the owner of the schema; it keeps no connection."""
    return create_engine(
        url,
        connect_args={"options": "-c timezone=UTC -c lock_timeout=5s"},
        poolclass=NullPool,
        json_serializer=dump_json,
        json_deserializer=load_json,
    )
