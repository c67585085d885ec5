"""Kill the service over and over through a simulated day, and see that nothing was lost.

    scripts/soak kills [--minutes 3] [--rate 120] [--reports 120] [--seed 1]

The api and the worker run as processes of their own on a copy of the sample city; one of
them at random is killed with SIGKILL every few seconds and started again at once, while a
simulated day is played, reporters insist until they are answered, and a console listens.
Afterwards: every report that was answered is there; no clock was warned or breached twice
and none was forgotten; the console saw every event; the doctor finds nothing.
"""

import argparse
import asyncio
import json
import os
import random  # noqa: TID251 - a soak draws by a seed
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import psycopg

from tests.bench.bench_city import ROOT, bench_city

CHECKOUT = Path(__file__).resolve().parents[2]
DATABASE = "soak"
#: How long a process may take to answer again, and the sweep to catch up at the end.
PATIENCE_S = 120.0


@dataclass(slots=True)
class Part:
    """A process of the service that is started again whenever it was killed."""

    name: str
    command: list[str]
    env: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    kills: int = 0

    def start(self) -> None:
        log = (ROOT / f"soak-{self.name}.log").open("ab")
        self.process = subprocess.Popen(
            self.command, cwd=CHECKOUT, env=self.env, stdout=log, stderr=log
        )

    def kill(self) -> None:
        assert self.process is not None
        assert self.process.poll() is None, f"{self.name} ended by itself; see its log"
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.kills += 1

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@dataclass(slots=True)
class Witness:
    """What clients were told."""

    #: reports that were answered with 2xx
    acknowledged: set[str] = field(default_factory=set)
    tries: int = 0
    #: (incident, seq) seen on the stream
    seen: set[tuple[str, int]] = field(default_factory=set)
    connections: int = 0
    resyncs: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    #: how the played day ended; None when it had to be broken off
    day_exit: int | None = None


async def wait_ready(client: httpx2.AsyncClient) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            if (await client.get("/readyz")).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        await asyncio.sleep(0.2)
    raise AssertionError("the api did not come back")


async def report_on(
    client: httpx2.AsyncClient, wires: list[str], witness: Witness, stop: asyncio.Event, seed: int
) -> None:
    """Report every second or so, and send each again until it is answered."""
    chance = random.Random(seed)
    while not stop.is_set():
        _, _, headers, body = json.loads(chance.choice(wires))
        report_id = str(UUID(int=chance.getrandbits(128), version=4))
        while not stop.is_set():
            witness.tries += 1
            try:
                answer = await client.put(
                    f"/api/v1/reports/{report_id}", json=body, headers=headers
                )
            except httpx2.TransportError:
                await asyncio.sleep(0.3)
                continue
            witness.statuses[answer.status_code] += 1
            if answer.status_code in (200, 201):
                witness.acknowledged.add(report_id)
                break
            assert answer.status_code in (429, 503), answer.text
            await asyncio.sleep(0.3)
        await asyncio.sleep(chance.uniform(0.2, 1.5))


async def listen(
    client: httpx2.AsyncClient, headers: dict[str, str], witness: Witness, ready: asyncio.Event
) -> None:
    """Listen to the stream, and go on from the last id whenever it breaks."""
    last_id = ""
    while True:
        try:
            sent = headers | ({"Last-Event-ID": last_id} if last_id else {})
            async with client.stream("GET", "/api/v1/stream", headers=sent, timeout=40) as answer:
                if answer.status_code != 200:
                    await asyncio.sleep(0.3)
                    continue
                witness.connections += 1
                event, data, frame_id = "", "", ""
                async for line in answer.aiter_lines():
                    kind, _, value = line.partition(": ")
                    if kind == "event":
                        event = value
                    elif kind == "data":
                        data = value
                    elif kind == "id":
                        frame_id = value
                    elif not line and event:
                        if event == "resync":
                            witness.resyncs += 1
                        elif event == "batch":
                            for item in json.loads(data)["items"]:
                                key = (item["incident"]["incident_id"], item["seq"])
                                witness.seen.add(key)
                        elif event == "hello":
                            ready.set()
                        last_id = frame_id or last_id
                        event = data = frame_id = ""
        except (httpx2.TransportError, httpx2.StreamError):
            await asyncio.sleep(0.3)


async def play(
    url: str, parts: dict[str, Part], wires: list[str], options: argparse.Namespace, overseer: str
) -> Witness:
    """Let the day pass with everybody in it, killing as it goes."""
    witness, stop, listening = Witness(), asyncio.Event(), asyncio.Event()
    chance = random.Random(options.seed)
    key = json.loads(wires[0])[2]["Authorization"]
    simulate = [
        *(sys.executable, "-m", "gridsvc", "simulate", "--url", url, "--json"),
        *("--reports", str(options.reports), "--rate", str(options.rate)),
        *("--hours", str(options.minutes * options.rate / 60 * 0.6)),
        *("--follow-hours", str(options.minutes * options.rate / 60 * 0.4)),
        *("--seed", str(options.seed)),
    ]
    async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
        await wait_ready(client)
        listener = asyncio.create_task(
            listen(client, {"Authorization": key, "X-Act-As": overseer}, witness, listening)
        )
        await asyncio.wait_for(listening.wait(), PATIENCE_S)
        reporters = [
            asyncio.create_task(report_on(client, wires, witness, stop, options.seed * 100 + i))
            for i in range(4)
        ]
        with (ROOT / "soak-simulate.log").open("wb") as log:
            day = await asyncio.create_subprocess_exec(
                *simulate, cwd=CHECKOUT, env=parts["api"].env, stdout=log, stderr=log
            )
            ends_at = time.monotonic() + options.minutes * 60 + PATIENCE_S
            while day.returncode is None and time.monotonic() < ends_at:
                pause = chance.uniform(options.pause / 2, options.pause * 1.5)
                try:
                    await asyncio.wait_for(asyncio.shield(day.wait()), pause)
                except TimeoutError:
                    part = parts[chance.choice(["api", "worker"])]
                    part.kill()
                    part.start()
                    if part.name == "api":
                        await wait_ready(client)
            witness.day_exit = day.returncode
            if day.returncode is None:
                day.kill()
        stop.set()
        await asyncio.gather(*reporters)
        await asyncio.to_thread(settle, parts["api"].env["DATABASE_URL"])
        # What is written from here on nobody is told of any more.
        parts["worker"].stop()
        await asyncio.sleep(3)
        listener.cancel()
    for one in reporters:
        one.result()
    return witness


#: The demo's instant, as the service reckons it.
NOW = "(SELECT clock_at + (clock_timestamp() - clock_from) * clock_rate FROM installation)"


def superuser(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(
        url.replace("+psycopg", "").replace("gridsvc_owner@", "postgres@"), autocommit=True
    )


def settle(url: str) -> None:
    """Wait until the sweep has answered every clock that has come due."""
    until = time.monotonic() + PATIENCE_S
    with superuser(url) as connection:
        while time.monotonic() < until:
            [due] = connection.execute(
                f"SELECT count(*) FROM stage_clock WHERE stopped_at IS NULL AND next_at <= {NOW}"
            ).fetchone() or (0,)
            if not due:
                return
            time.sleep(1)


QUERIES = {
    "clocks forgotten": f"""SELECT count(*) FROM stage_clock
        WHERE stopped_at IS NULL AND next_at <= {NOW} - interval '30 minutes'""",
    "strikes that were done twice": """SELECT count(*) FROM (
        SELECT FROM event WHERE kind IN ('warned', 'breached')
        GROUP BY subject_id, kind, body->>'stage', body->>'due_at' HAVING count(*) > 1) d""",
    "strikes without their event": """SELECT
        (SELECT count(*) FROM stage_clock WHERE breached_at IS NOT NULL)
        - (SELECT count(*) FROM event WHERE kind = 'breached')""",
}


def judge(url: str, witness: Witness, env: dict[str, str]) -> dict[str, Any]:
    """Return what is wrong, by name: numbers that must all be nought."""
    with superuser(url) as connection:
        reports = {
            str(row[0]) for row in connection.execute("SELECT report_id FROM report").fetchall()
        }
        told = {
            (row[0], row[1])
            for row in connection.execute(
                "SELECT subject_id, seq FROM event WHERE subject = 'incident'"
            ).fetchall()
        }
        wrong = {
            name: (connection.execute(query).fetchone() or (0,))[0]
            for name, query in QUERIES.items()
        }
        counts = dict(
            connection.execute(
                "SELECT kind, count(*) FROM event WHERE kind IN ('warned', 'breached') GROUP BY 1"
            ).fetchall()
        )
    wrong["reports answered and lost"] = len(witness.acknowledged - reports)
    wrong["events the console did not see"] = 0 if witness.resyncs else len(told - witness.seen)
    doctor = subprocess.run(
        [sys.executable, "-m", "gridsvc", "doctor", "--json"],
        cwd=CHECKOUT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    wrong["findings of the doctor"] = doctor.returncode
    if doctor.returncode:
        print(doctor.stdout, doctor.stderr, file=sys.stderr)
    return {
        "wrong": wrong,
        "reports": len(reports),
        "answered": len(witness.acknowledged),
        "events": len(told),
        "strikes": counts,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--rate", type=float, default=120)
    parser.add_argument("--reports", type=int, default=120)
    parser.add_argument("--pause", type=float, default=12, help="mean seconds between kills")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with bench_city() as city, city.copy(DATABASE) as url:
        ours = {"DATABASE_URL": url, "GRIDSVC_VAR": str(ROOT)}
        env = os.environ | ours  # noqa: TID251 - what is started needs the rest too
        gridsvc = [sys.executable, "-m", "gridsvc"]
        up = [*gridsvc, "up", "--no-worker", "--port", str(port)]
        parts = {
            "api": Part("api", up, env),
            "worker": Part("worker", [*gridsvc, "worker"], env),
        }
        wires = city.requests(500, "/", options.seed)
        try:
            for part in parts.values():
                part.start()
            witness = asyncio.run(
                play(f"http://127.0.0.1:{port}", parts, wires, options, city.overseer())
            )
        finally:
            for part in parts.values():
                part.stop()
        result = judge(url, witness, env)
    result["kills"] = {name: part.kills for name, part in parts.items()}
    result["day_exit"] = witness.day_exit
    result["statuses"] = dict(witness.statuses)
    result["streams"] = {"connections": witness.connections, "resyncs": witness.resyncs}
    print(json.dumps({"soak": "kills", **result}))
    sys.exit(1 if any(result["wrong"].values()) else 0)


if __name__ == "__main__":
    main()
