"""Databases for tests: migrated once, then copied, so that a fresh one costs 0.1 s."""

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from gridsvc.embedded import EmbeddedCluster
from gridsvc.services.context import Context
from gridsvc.store.migrate import migrate
from tests.city import TinyCity, build_tiny_city

_numbers = itertools.count(1)


def superuser(cluster: EmbeddedCluster) -> psycopg.Connection[tuple[object, ...]]:
    """Return a connection that may make and drop databases."""
    url = cluster.url("postgres", "postgres").replace("+psycopg", "")
    return psycopg.connect(url, autocommit=True)


def copied(cluster: EmbeddedCluster, template: str) -> str:
    """Return the name of a new database with everything that is in another one."""
    name = f"test_{next(_numbers)}"
    with superuser(cluster) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER gridsvc_owner").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    return name


def dropped(cluster: EmbeddedCluster, name: str) -> None:
    """Drop a database; one that is still connected to is a test that leaks connections.

    A server process outlives its closed connection by a moment, which is waited for.
    """
    for patience in (*[0.25] * 40, None):
        try:
            with superuser(cluster) as connection:
                connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
            return
        except psycopg.errors.ObjectInUse:
            if patience is None:
                raise
            time.sleep(patience)


@pytest.fixture(scope="session")
def migrated_template(cluster: EmbeddedCluster) -> str:
    """The name of a database that has every table and no row."""
    name = copied(cluster, "gridsvc")
    migrate(cluster.url(database=name))
    return name


@pytest.fixture(scope="session")
def city_template(
    cluster: EmbeddedCluster, migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, TinyCity]:
    """The name of a database that holds the tiny city, and what is in it."""
    name = copied(cluster, migrated_template)
    context = Context.open(cluster.url(database=name), tmp_path_factory.mktemp("media"))
    city = build_tiny_city(context.database)
    context.close()
    return name, city


@pytest.fixture(scope="session")
def new_database(cluster: EmbeddedCluster, migrated_template: str) -> Callable[[], str]:
    """Makes an empty migrated database and returns its owner's URL; it goes with the cluster."""
    return lambda: cluster.url(database=copied(cluster, migrated_template))


@pytest.fixture(scope="module")
def database_url(cluster: EmbeddedCluster, city_template: tuple[str, TinyCity]) -> Iterator[str]:
    """The owner's URL of a database with the tiny city, one for each test module."""
    name = copied(cluster, city_template[0])
    yield cluster.url(database=name)
    dropped(cluster, name)


@pytest.fixture(scope="module")
def ctx(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """The parts of a process that serves the tiny city, one for each test module.

    Not named `context`, because pytest-playwright calls a browser's context so.
    """
    media: Path = tmp_path_factory.mktemp("media")
    context = Context.open(database_url, media)
    yield context
    context.close()


@pytest.fixture(scope="session")
def tiny_city(city_template: tuple[str, TinyCity]) -> TinyCity:
    """What the tiny city holds: ids by code, logins by role."""
    return city_template[1]
