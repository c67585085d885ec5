"""The engine alone: decisions a second on the worlds of real reports, nothing stored."""

import itertools
import json
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from gridsvc.core.dispatch.decision import IncidentFacts
from gridsvc.core.dispatch.engine import decide
from gridsvc.core.grid import GridId
from gridsvc.core.place import Match, Place
from gridsvc.services.context import Context
from gridsvc.services.world import World


def engine_rate(url: str, lines: list[str], seconds: float = 3.0) -> float:
    """Return decisions per second of one thread, the ground of each made anew."""
    ctx = Context.open(url, Path("/nonexistent"))
    bodies: list[dict[str, Any]] = [json.loads(line)[3] for line in lines[:200]]
    now = ctx.clock.now()
    with ctx.database.begin() as connection:
        known = ctx.ground.stamped(connection)
        index = known.at(now)
        places = [Place(lon=b["place"]["lon"], lat=b["place"]["lat"]) for b in bodies]
        answers = [index.locate(place.lon, place.lat) for place in places]
        grids = [None if a.key is None else GridId(a.key) for a in answers]
        world = World.around(connection, known, now, grids)
    asked = [
        (
            IncidentFacts(
                incident_id=uuid4(),
                matter=world.reference.matters[body["matter"]],
                condition=world.reference.conditions[body["condition"]],
            ),
            Match(answer.match),
            grid,
            place,
        )
        for body, answer, grid, place in zip(bodies, answers, grids, places, strict=True)
    ]
    done, began = 0, time.perf_counter()
    for facts, match, grid, place in itertools.cycle(asked):
        decide(facts, world.ground(match, grid, place), world.rules, now)
        done += 1
        if done % 50 == 0 and time.perf_counter() - began > seconds:
            break
    rate = done / (time.perf_counter() - began)
    ctx.close()
    return rate
