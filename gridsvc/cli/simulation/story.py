"""One report's story: somebody sees something, others deal with it, well or badly."""

import hashlib
import io
import random  # noqa: TID251 - a simulator draws; a seed makes it the same again
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import shapely
from PIL import Image, ImageDraw

from gridsvc.cli.simulation.cast import Cast, Stand
from gridsvc.cli.simulation.stage import Stage

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Manners:
    """How often things go one way or the other, as shares."""

    self_fix: float = 0.25
    silent: float = 0.06
    returns: float = 0.04
    fails_recheck: float = 0.05
    photo: float = 0.5
    at_sea: float = 0.004
    next_city: float = 0.006


@dataclass(slots=True)
class Tally:
    """What has happened so far."""

    counts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    incidents: dict[str, str] = field(default_factory=dict)


class Story:
    """Plays one report from its first sight to its end, or until the day is over."""

    def __init__(
        self, stage: Stage, cast: Cast, matters: list[Json], tally: Tally, manners: Manners
    ) -> None:
        self.stage, self.cast, self.matters = stage, cast, matters
        self.tally, self.manners = tally, manners

    async def play(self, seed: str, starts_after_min: float, day_min: float) -> None:
        """Report something after a while and follow it up."""
        chance = random.Random(seed)
        await self.stage.wait(starts_after_min)
        incident = await self._report(chance)
        while incident is not None and incident["state"] not in ("closed", "voided"):
            if self.stage.now() > self._ends_at(day_min):
                break
            incident = await self._next(incident, chance)
        if incident is not None:
            self.tally.incidents[incident["incident_id"]] = incident["state"]

    def _ends_at(self, day_min: float) -> Any:
        assert self.stage.day_began is not None
        return self.stage.day_began + timedelta(minutes=day_min)

    async def _report(self, chance: random.Random) -> Json | None:
        stand = self._stand(chance)
        officer = stand.walkers[0] if stand.walkers else self.cast.stands[0].walkers[0]
        matter = chance.choice(self.matters)
        condition = chance.choice(matter["conditions"])
        fixes = matter["self_fix"] and chance.random() < self.manners.self_fix
        slots = ["before", "after"] if fixes else ["scene"] * (chance.random() < self.manners.photo)
        photos = [picture(chance, slot, matter["name"]) for slot in slots]
        lon, lat = self._place(stand, chance)
        report_id = UUID(int=chance.getrandbits(128), version=4)
        body = {
            "observed_at": self.stage.now().isoformat(),
            "place": {
                "lon": lon,
                "lat": lat,
                "datum": "wgs84",
                "accuracy_m": round(chance.uniform(4, 40), 1),
                "source": "gps",
            },
            "matter": matter["code"],
            "condition": condition["code"],
            "note": condition["name"],
            "photos": [claim for claim, _ in photos],
            "self_fix": bool(fixes),
        }
        answer = await self.stage.ask("PUT", f"/api/v1/reports/{report_id}", officer, json=body)
        if answer.status_code not in (200, 201):
            self.tally.refusals[f"report {answer.status_code}"] += 1
            return None
        self.tally.counts["reports"] += 1
        for claim, content in photos:
            await self._bring(officer, claim, content)
        found: Json = answer.json()["incident"]
        self.tally.incidents[found["incident_id"]] = found["state"]
        return found

    def _stand(self, chance: random.Random) -> Stand:
        home = chance.random() >= self.manners.next_city
        while True:
            stand = chance.choice(self.cast.stands)
            if stand.is_home == home and (stand.walkers or not home):
                return stand

    def _place(self, stand: Stand, chance: random.Random) -> tuple[float, float]:
        if chance.random() < self.manners.at_sea:
            return 113.45 + chance.random() * 0.02, 22.55 + chance.random() * 0.02
        west, south, east, north = stand.outline.bounds
        for _ in range(50):
            lon, lat = chance.uniform(west, east), chance.uniform(south, north)
            if shapely.contains_xy(stand.outline, lon, lat):
                return round(lon, 7), round(lat, 7)
        inside = stand.outline.representative_point()
        return inside.x, inside.y

    async def _bring(self, officer: str, claim: Json, content: bytes) -> None:
        path = f"/api/v1/photos/{claim['sha256']}"
        answer = await self.stage.ask("PUT", path, officer, content=content)
        kept = answer.status_code in (200, 201)
        (self.tally.counts if kept else self.tally.refusals)["photos"] += 1

    async def _next(self, incident: Json, chance: random.Random) -> Json | None:
        """Do what the incident waits for, as whoever it waits for; return it as it is then."""
        owner, queue = incident["owner"], incident["queue"]
        if owner is None:
            division = queue["division"]["code"] if queue else self.cast.home_city
            return await self._as_dispatcher(incident, division, chance)
        officers = self.cast.holders.get(owner["code"], ())
        if not officers or chance.random() < self.manners.silent:
            self.tally.counts["silences"] += 1
            await self.stage.wait(chance.uniform(30, 60))
            return await self._look(incident)
        await self.stage.wait(chance.expovariate(1 / 6))
        return await self._as_owner(incident, officers[0], chance)

    async def _as_owner(self, incident: Json, officer: str, chance: random.Random) -> Json | None:
        state = incident["state"]
        if state == "dispatched":
            if chance.random() < self.manners.returns:
                return await self._act(incident, officer, "return", reason="other_department")
            return await self._act(incident, officer, "acknowledge")
        if state == "handling":
            await self.stage.wait(chance.expovariate(1 / 25))
            claim, content = picture(chance, "after", incident["number"])
            moved = await self._act(incident, officer, "handle", photos=[claim])
            await self._bring(officer, claim, content)
            return moved
        if state == "rechecking":
            if chance.random() < self.manners.fails_recheck:
                return await self._act(incident, officer, "recheck_fail", reason="not_solved")
            return await self._act(incident, officer, "recheck_pass")
        return await self._look(incident)

    async def _as_dispatcher(
        self, incident: Json, division: str, chance: random.Random
    ) -> Json | None:
        desk = self.cast.dispatchers.get(division) or self.cast.dispatchers[self.cast.home_city]
        officer = chance.choice(desk)
        await self.stage.wait(chance.expovariate(1 / 8))
        if incident["match"] == "outside" or incident["queue"]["reason"] == "neighbour_city":
            return await self._act(incident, officer, "void", reason="nothing_there")
        path = f"/api/v1/incidents/{incident['incident_id']}/candidates"
        answer = await self.stage.ask("GET", path, officer)
        items = answer.json().get("items", []) if answer.status_code == 200 else []
        free = [item for item in items if item["passed_over"] in (None, "off_shift", "excluded")]
        if not free:
            await self.stage.wait(20)
            return await self._look(incident)
        chosen = free[0]["post_id"]
        return await self._act(
            incident, officer, "dispatch", post_id=chosen, reason="closer_person"
        )

    async def _act(self, incident: Json, officer: str, step: str, **given: Any) -> Json | None:
        said = f"{incident['incident_id']} {incident['version']} {step} {officer}"
        body = {
            "action_id": str(uuid5(NAMESPACE_OID, said)),
            "step": step,
            "version": incident["version"],
            **given,
        }
        path = f"/api/v1/incidents/{incident['incident_id']}/actions"
        answer = await self.stage.ask("POST", path, officer, json=body)
        if answer.status_code == 200:
            self.tally.counts[step] += 1
            moved: Json = answer.json()
            return moved
        problem = answer.json().get("type", "").rpartition(":")[2]
        self.tally.refusals[f"{step} {answer.status_code} {problem}"] += 1
        await self.stage.wait(5)
        return await self._look(incident)

    async def _look(self, incident: Json) -> Json | None:
        path = f"/api/v1/incidents/{incident['incident_id']}"
        answer = await self.stage.ask("GET", path, self.cast.overseer)
        if answer.status_code != 200:
            self.tally.refusals[f"look {answer.status_code}"] += 1
            return None
        found: Json = answer.json()
        return found


def picture(chance: random.Random, slot: str, text: str) -> tuple[Json, bytes]:
    """Draw a small photograph, no two alike."""
    ground = tuple(chance.randrange(90, 200) for _ in range(3))
    image = Image.new("RGB", (320, 240), ground)
    pen = ImageDraw.Draw(image)
    for _ in range(6):
        x, y = chance.randrange(320), chance.randrange(240)
        shade = tuple(chance.randrange(40, 240) for _ in range(3))
        pen.ellipse((x, y, x + chance.randrange(20, 90), y + chance.randrange(20, 90)), fill=shade)
    pen.text((8, 8), f"{slot} {text.encode('ascii', 'ignore').decode()}", fill="white")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=60)
    content = out.getvalue()
    claim = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "slot": slot}
    return claim, content
