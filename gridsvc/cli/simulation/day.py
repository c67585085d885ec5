"""The day: all stories at once, and what came of them."""

import asyncio
import statistics
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2

from gridsvc.cli.progress import counted
from gridsvc.cli.simulation.absence import play_absence
from gridsvc.cli.simulation.cast import Cast, read_cast
from gridsvc.cli.simulation.chance import Chance
from gridsvc.cli.simulation.deeds import Deeds
from gridsvc.cli.simulation.manners import Manners, Tally
from gridsvc.cli.simulation.stage import Stage
from gridsvc.cli.simulation.story import Story
from gridsvc.services.demo_accounts import ACCOUNTS_FILE, RESIDENT, read_accounts, simulator_key
from gridsvc.services.refusal import Refusal


async def play_day(
    *,
    url: str,
    var: Path,
    reports: int,
    rate: float,
    hours: float,
    follow_hours: float,
    seed: int,
) -> dict[str, Any]:
    """Play a day against a running demo and return what came of it."""
    key = simulator_key(var / ACCOUNTS_FILE)
    if key is None:
        raise Refusal(
            f"{var / ACCOUNTS_FILE} is missing. Start the demo with `gridsvc up --demo` first."
        )
    cast = await asyncio.to_thread(read_cast, var / "sample")
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        httpx2.AsyncClient(base_url=url, headers=headers, timeout=60) as client,
        httpx2.AsyncClient(base_url=url, timeout=60) as public,
    ):
        stage, tally, manners = Stage(client, rate, public), Tally(), Manners()
        deeds = Deeds(stage, cast, tally)
        matters = await matters_of(stage, cast)
        for account in read_accounts(var / ACCOUNTS_FILE):
            if account.login == RESIDENT:
                await stage.let_in(account.login, account.password)
        await stage.go_to_morning(cast.operator)
        story = Story(deeds, matters, manners, seed, reports)
        chance = Chance(seed)
        starts = sorted(chance.uniform(0, hours * 60) for _ in range(reports))
        leaves = [chance.uniform(0, hours * 60) for _ in range(round(reports * manners.leaves))]
        with counted("Reports played", reports) as done:
            finished = 0

            async def play(number: int, start: float) -> None:
                nonlocal finished
                await story.play(number, start, (hours + follow_hours) * 60)
                finished += 1
                done(finished)

            async with asyncio.TaskGroup() as group:
                for number, start in enumerate(starts):
                    group.create_task(play(number, start))
                for number, start in enumerate(leaves):
                    drawn = Chance(f"{seed} leave {number}")
                    group.create_task(play_absence(deeds, manners, drawn, start))
        await stage.set_rate(cast.operator, 1.0)
        return await result_of(stage, cast, tally, reports)


async def matters_of(stage: Stage, cast: Cast) -> list[dict[str, Any]]:
    """Return the admitted matters, or say why the service cannot be spoken to."""
    answer = await stage.ask("GET", "/api/v1/matters", cast.overseer)
    if answer.status_code != 200:
        raise Refusal(f"The service refused: {answer.status_code} {answer.text}")
    matters: list[dict[str, Any]] = answer.json()["items"]
    found = [matter for matter in matters if matter["conditions"]]
    cast.conditions.update({m["code"]: [c["code"] for c in m["conditions"]] for m in found})
    return found


async def result_of(stage: Stage, cast: Cast, tally: Tally, reports: int) -> dict[str, Any]:
    """Look at every incident once more: is it owned, decided, placed?"""
    states: Counter[str] = Counter()
    lost: list[str] = []

    async def look(incident_id: str) -> None:
        answer = await stage.ask("GET", f"/api/v1/incidents/{incident_id}", cast.overseer)
        if answer.status_code != 200:
            lost.append(incident_id)
            return
        found = answer.json()
        states[found["state"]] += 1
        is_open = found["state"] not in ("closed", "voided")
        placed = found["grid"] is not None or found["match"] == "outside"
        if not placed or (is_open and found["owner"] is None and found["queue"] is None):
            lost.append(incident_id)

    await asyncio.gather(*(look(incident_id) for incident_id in tally.incidents))
    missing = reports - tally.counts["reports"]
    times = sorted(stage.latencies_s)
    return {
        "reports": tally.counts["reports"],
        "incidents": len(tally.incidents),
        "states": dict(states.most_common()),
        "steps": {k: v for k, v in tally.counts.most_common() if k != "reports"},
        "played": {k: v for k, v in tally.played.most_common() if v},
        "refused": dict(tally.refusals.most_common()),
        "requests": len(times),
        "latency_ms": {
            "p50": round(statistics.median(times) * 1000, 1),
            "p95": round(times[int(len(times) * 0.95)] * 1000, 1),
        },
        "lost": lost + ["a report that was not taken in"] * missing,
    }


def print_day(result: dict[str, Any]) -> None:
    """Print what came of a day, for people."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for title, key in (
        ("Incidents by state", "states"),
        ("Steps taken", "steps"),
        ("What was played", "played"),
        ("Refused", "refused"),
    ):
        table = Table(title=title, title_justify="left", show_header=False)
        for name, count in result[key].items():
            table.add_row(name.replace("_", " "), str(count))
        if result[key]:
            console.print(table)
    latency = result["latency_ms"]
    console.print(
        f"{result['reports']} reports, {result['incidents']} incidents, "
        f"{result['requests']} requests (p50 {latency['p50']} ms, p95 {latency['p95']} ms)"
    )
    if result["lost"]:
        console.print(f"[red]{len(result['lost'])} lost: {', '.join(result['lost'][:5])}[/red]")
    else:
        console.print("Every report is an incident that somebody owns, or is closed.")
