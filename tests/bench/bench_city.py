"""The sample city in a durable private cluster, kept between runs, and copies of it."""

import csv
import json
import random  # noqa: TID251 - a bench draws by a seed
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import psycopg
from psycopg import sql

from gridsvc.cli.simulation.cast import read_cast
from gridsvc.embedded import EmbeddedCluster
from gridsvc.services.context import Context
from gridsvc.services.demo_accounts import ACCOUNTS_FILE, create_demo_accounts, simulator_key
from gridsvc.services.sample_city import load_sample_city
from gridsvc.services.schema import migrate

ROOT = Path(__file__).resolve().parents[2] / "var" / "bench"
#: Officers who report; more would only measure how sign-ins are looked up.
SENDERS = 20


@dataclass(frozen=True, slots=True)
class BenchCity:
    """A running cluster whose `gridsvc` database is the template."""

    cluster: EmbeddedCluster

    @property
    def postmaster_pid(self) -> int:
        """The process under which every process of the database runs."""
        return int((self.cluster.data / "postmaster.pid").read_text().split()[0])

    def superuser(self, database: str = "postgres") -> psycopg.Connection[Any]:
        url = self.cluster.url("postgres", database).replace("+psycopg", "")
        return psycopg.connect(url, autocommit=True)

    @contextmanager
    def copy(self, name: str, template: str = "gridsvc") -> Iterator[str]:
        """Give the owner's URL of a copy; it is dropped afterwards."""
        names = sql.Identifier(name), sql.Identifier(template)
        with self.superuser() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(names[0]))
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER gridsvc_owner").format(*names)
            )
        try:
            yield self.cluster.url(database=name)
        finally:
            with self.superuser() as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(names[0]))

    def overseer(self) -> str:
        """Return an officer who sees the whole city."""
        return read_cast(ROOT / "sample").overseer

    def requests(self, count: int, path: str, seed: int = 1) -> list[str]:
        """Return so many reports as lines for `tests.bench.load`."""
        chance = random.Random(seed)
        city = next(iter(sorted((ROOT / "sample").glob("[0-9a-f]*"))))
        key = simulator_key(ROOT / ACCOUNTS_FILE)
        with (city / "officers.csv").open(encoding="utf-8-sig", newline="") as file:
            officers = list(csv.DictReader(file))
        with (city / "conditions.csv").open(encoding="utf-8-sig", newline="") as file:
            conditions = [(r["matter_code"], r["code"]) for r in csv.DictReader(file)]
        grids = geopandas.read_file(city / "grids.gpkg")
        inside = grids[grids["code"].str.startswith("4419")].geometry.representative_point()
        places = list(zip(inside.x, inside.y, strict=True))
        managers = [row["officer_code"] for row in officers if row["duty"] == "grid_manager"]
        senders = chance.sample(managers, SENDERS)
        lines = []
        for _ in range(count):
            (lon, lat), (matter, condition) = chance.choice(places), chance.choice(conditions)
            headers = {"Authorization": f"Bearer {key}", "X-Act-As": chance.choice(senders)}
            body = {
                "observed_at": "2026-11-23T10:00:00+08:00",
                "place": {"lon": lon, "lat": lat, "datum": "cgcs2000", "accuracy_m": 12.0},
                "matter": matter,
                "condition": condition,
                "note": "路面有积水，行人难走",
            }
            lines.append(json.dumps(["PUT", path, headers, body]))
        return lines


@contextmanager
def bench_city() -> Iterator[BenchCity]:
    """Have the city loaded, in a cluster that syncs its log as a real one does."""
    ROOT.mkdir(parents=True, exist_ok=True)
    with EmbeddedCluster(ROOT / "pg", fsync=True) as url:
        migrate(url)
        ctx = Context.open(url, ROOT / "media")
        if (
            load_sample_city(ctx, ROOT / "sample", lambda *_: None)
            or not (ROOT / ACCOUNTS_FILE).exists()
        ):
            create_demo_accounts(ctx, ROOT / ACCOUNTS_FILE)
        ctx.close()
        cluster = EmbeddedCluster(ROOT / "pg", fsync=True)
        cluster.start()
        try:
            yield BenchCity(cluster)
        finally:
            cluster.stop()
