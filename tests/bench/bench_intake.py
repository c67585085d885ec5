"""Intake over real HTTP against the same server doing one bare INSERT per request.

    scripts/bench intake [--seconds 6] [--rounds 3] [--connections 64] [--stored 0]

Both sides in turn (A B A B …), each against the same process, the load from another one;
medians. `--stored N` repeats intake with N incidents stored, and asks for a dispatcher's
queue page with 50,000 of them open.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.bench_city import BenchCity, bench_city
from tests.bench.engine import engine_rate
from tests.bench.processes import free_port, until_it_listens
from tests.bench.stored import fill, queue_page

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its port, its process and that of the database."""

    port: int
    pids: tuple[int, int]


@contextmanager
def served(url: str, city: BenchCity) -> Iterator[Served]:
    """Serve a database in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.intake_server", url, str(port)]
    server = subprocess.Popen(
        command, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until_it_listens(server, port)
        yield Served(port, (server.pid, city.postmaster_pid))
    finally:
        server.terminate()
        server.wait(30)


def load(server: Served, lines: list[str], seconds: float, connections: int) -> dict[str, Any]:
    """Load a server from another process and return what came of it.

    Beside the rate stands what a request cost the server and the database in processor time:
    on a machine that others use too, that is the steadier of the two.
    """
    port = server.port
    before = cpu_s(*server.pids)
    command = [sys.executable, "-m", "tests.bench.load", str(port), str(seconds), str(connections)]
    done = subprocess.run(
        command, cwd=CHECKOUT, input="\n".join(lines), text=True, capture_output=True, check=True
    )
    result: dict[str, Any] = json.loads(done.stdout)
    result["cpu_ms"] = (cpu_s(*server.pids) - before) / sum(result["statuses"].values()) * 1000
    assert set(result["statuses"]) <= {"201"}, result
    return result


def cpu_s(*roots: int) -> float:
    """Return the processor time that processes and all below them have used so far."""
    of_parent: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            of_parent.setdefault(int(fields[1]), []).append(int(stat.parent.name))
            used[int(stat.parent.name)] = (int(fields[11]) + int(fields[12])) / TICKS_PER_S
    total, left = 0.0, list(roots)
    while left:
        pid = left.pop()
        total += used.get(pid, 0.0)
        left += of_parent.get(pid, [])
    return total


def tell(**line: Any) -> None:
    """Print one result."""
    line["load_average"] = round(os.getloadavg()[0], 1)
    rounded = {k: round(v, 3) if isinstance(v, float) else v for k, v in line.items()}
    print(json.dumps(rounded, ensure_ascii=False), flush=True)


def against_bare_insert(city: BenchCity, options: argparse.Namespace) -> None:
    """Compare with one bare INSERT per request, and with the engine alone."""
    with city.copy("bench") as url:
        with city.superuser("bench") as connection:
            connection.execute(
                "CREATE TABLE bare (id uuid PRIMARY KEY, account_id uuid, body jsonb, "
                "at timestamptz DEFAULT now()); ALTER TABLE bare OWNER TO gridsvc_owner"
            )
        reports = city.requests(2000, "/api/v1/reports/{id}")
        bare = city.requests(2000, "/api/v1/bare/{id}")
        ours, floor, ratios = [], [], []
        with served(url, city) as server:
            for lines in (reports, bare):
                load(server, lines, 3, options.connections)
            for _ in range(options.rounds):
                a = load(server, reports, options.seconds, options.connections)
                b = load(server, bare, options.seconds, options.connections)
                ours.append(a)
                floor.append(b)
                ratios.append(a["rate"] / b["rate"])
        rate = statistics.median(r["rate"] for r in ours)
        tell(
            bench="intake vs one bare INSERT per request",
            ours=rate,
            reference=statistics.median(r["rate"] for r in floor),
            unit="reports/s",
            ratio=statistics.median(ratios),
            ratios=[round(r, 2) for r in ratios],
            p50_ms=statistics.median(r["p50_ms"] for r in ours),
            p99_ms=statistics.median(r["p99_ms"] for r in ours),
            cpu_ms=statistics.median(r["cpu_ms"] for r in ours),
            reference_cpu_ms=statistics.median(r["cpu_ms"] for r in floor),
            cpu_ratio=statistics.median(
                b["cpu_ms"] / a["cpu_ms"] for a, b in zip(ours, floor, strict=True)
            ),
            reference_p50_ms=statistics.median(r["p50_ms"] for r in floor),
            connections=options.connections,
        )
        engine = engine_rate(url, reports)
        tell(
            bench="engine alone vs intake",
            ours=engine,
            reference=rate,
            unit="decisions/s",
            ratio=engine / rate,
        )


def by_stored(city: BenchCity, options: argparse.Namespace) -> None:
    """Compare intake with few and with many incidents stored, in turn; then the queue page."""
    lines = city.requests(2000, "/api/v1/reports/{id}")
    with city.copy("bench_few") as few, city.copy("bench_many") as many:
        for name, count in (("bench_few", 10_000), ("bench_many", options.stored)):
            began = time.monotonic()
            with city.superuser(name) as connection:
                fill(connection, count, open_count=min(50_000, count))
            print(f"{count} stored in {time.monotonic() - began:.0f} s", file=sys.stderr)
        ratios, rates, cpu = [], [], []
        with served(few, city) as at_few, served(many, city) as at_many:
            for server in (at_few, at_many):
                load(server, lines, 3, options.connections)
            for _ in range(options.rounds):
                a = load(at_few, lines, options.seconds, options.connections)
                b = load(at_many, lines, options.seconds, options.connections)
                ratios.append(a["rate"] / b["rate"])
                rates.append((a["rate"], b["rate"]))
                cpu.append(b["cpu_ms"] / a["cpu_ms"])
        tell(
            bench=f"intake at {options.stored} stored against 10000",
            ours=statistics.median(r[1] for r in rates),
            reference=statistics.median(r[0] for r in rates),
            unit="reports/s",
            cost_ratio=statistics.median(ratios),
            cpu_cost_ratio=statistics.median(cpu),
            ratios=[round(r, 2) for r in ratios],
        )
        page = queue_page(many)
        plan = page.pop("plan")
        tell(bench=f"queue page at {options.stored} stored, 50000 open", **page)
        print(plan, file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--stored", type=int, default=0)
    parser.add_argument("--only-stored", action="store_true")
    options = parser.parse_args()
    with bench_city() as city:
        if not options.only_stored:
            against_bare_insert(city, options)
        if options.stored:
            by_stored(city, options)


if __name__ == "__main__":
    main()
