"""The live feed: from an event's commit to its frame at each of many consoles.

    scripts/bench stream [--consoles 1000] [--events 50] [--seconds 20] [--rounds 3]

One server process, one load process with all the consoles, a tenth of which lose their
connection once and come back; held against bare asyncio that writes as many bytes to as many
readers in the same run, and against the goal of 300 ms. Nothing may be missed.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.bench.bench_city import BenchCity, bench_city
from tests.bench.bench_intake import CHECKOUT, load, served, tell
from tests.bench.processes import free_port, until_it_listens

GOAL_P99_MS = 300


@contextmanager
def floor(events_per_s: float) -> Iterator[int]:
    """Serve the bare frames in a process of their own; give its port."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.frame_server", str(port), str(events_per_s)]
    server = subprocess.Popen(command, cwd=CHECKOUT)
    try:
        until_it_listens(server, port)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def listen(port: int, **settings: Any) -> dict[str, Any]:
    """Let the consoles listen and return what came of it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.listeners", str(port)],
        cwd=CHECKOUT, input=json.dumps(settings) + "\n", text=True,
        stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def compare(city: BenchCity, options: argparse.Namespace) -> None:
    """Measure both sides in turn."""
    with city.copy("bench_stream") as url:
        database = url.replace("+psycopg", "").replace("gridsvc_owner@", "postgres@")
        reports = city.requests(300, "/api/v1/reports/{id}")
        _, _, headers, _ = json.loads(reports[0])
        common = {
            "consoles": options.consoles,
            "seconds": options.seconds,
            "events_per_s": options.events,
        }
        ours, bare = [], []
        with served(url, city) as server, floor(options.events) as floor_port:
            # incidents to tell of
            load(server, reports, 2, 8)
            time.sleep(1)
            for _ in range(options.rounds):
                ours.append(
                    listen(
                        server.port,
                        path="/api/v1/stream",
                        headers=headers | {"X-Act-As": city.overseer()},
                        database=database,
                        drops=0.1,
                        **common,
                    )
                )
                bare.append(
                    listen(floor_port, path="/", headers={}, database="", drops=0.0, **common)
                )
    p99 = statistics.median(one["p99_ms"] for one in ours)
    reference = statistics.median(one["p99_ms"] for one in bare)
    tell(
        bench=f"commit to frame, {options.consoles} consoles, {options.events:g} events/s, p99",
        ours=p99,
        reference=reference,
        unit="ms",
        ratio=p99 / reference,
        goal_p99_ms=GOAL_P99_MS,
        p50_ms=statistics.median(one["p50_ms"] for one in ours),
        p99s=[round(one["p99_ms"]) for one in ours],
        **{name: sum(one[name] for one in ours) for name in COUNTED},
    )


COUNTED = ("events", "heard", "missed", "doubled", "reconnects", "resyncs")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--consoles", type=int, default=1000)
    parser.add_argument("--events", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with bench_city() as city:
        compare(city, options)


if __name__ == "__main__":
    main()
