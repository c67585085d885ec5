"""Sights: what somebody sees and reports, alone or as one of many who see the same."""

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import shapely

from gridsvc.cli.simulation.cast import Cast, Stand
from gridsvc.cli.simulation.chance import Chance
from gridsvc.cli.simulation.deeds import Deeds, Json, picture
from gridsvc.cli.simulation.manners import Manners, Plot
from gridsvc.cli.simulation.stage import RESIDENT

#: How many reports a storm of duplicates has, on the average.
STORM_OF = 10
#: How far from each other its reporters stand at most; well within what is suggested.
APART_DEG = 0.0002


@dataclass(frozen=True, slots=True)
class Sight:
    """Something to be reported."""

    stand: Stand
    lon: float
    lat: float
    matter: Json
    condition: Json
    #: whether others report the same
    is_of_storm: bool = False


class Eyes:
    """Draws what is seen, and reports it."""

    def __init__(self, deeds: Deeds, matters: list[Json], manners: Manners, seed: int) -> None:
        self.deeds, self.matters, self.manners, self.seed = deeds, matters, manners, seed

    def see(self, chance: Chance, plot: Plot, storms: int) -> Sight:
        """Draw what is seen; a storm is the same thing for all who are in it."""
        if storms and plot.comes("storm"):
            seen = self._draw(Chance(f"{self.seed} storm {chance.randrange(storms)}"), Plot(set()))
            return Sight(
                seen.stand,
                round(seen.lon + chance.uniform(-APART_DEG, APART_DEG), 7),
                round(seen.lat + chance.uniform(-APART_DEG, APART_DEG), 7),
                seen.matter,
                seen.condition,
                is_of_storm=True,
            )
        return self._draw(chance, plot)

    def _draw(self, chance: Chance, plot: Plot) -> Sight:
        stand = stand_of(self.deeds.cast, chance, is_home=not plot.comes("next_city"))
        lon, lat = place_in(stand, chance)
        if plot.comes("at_sea"):
            self.deeds.tally.played["reports from the sea"] += 1
            lon, lat = 113.45 + chance.random() * 0.02, 22.55 + chance.random() * 0.02
        matter = chance.choice(self.matters)
        return Sight(stand, lon, lat, matter, chance.choice(matter["conditions"]))

    async def report(self, chance: Chance, plot: Plot, sight: Sight) -> tuple[str, Json | None]:
        """Report it; return who did, and the incident it became."""
        deeds, matter = self.deeds, sight.matter
        is_public = plot.comes("public")
        walkers = sight.stand.walkers or deeds.cast.stands[0].walkers
        sender = RESIDENT if is_public else walkers[0]
        fixes = matter["self_fix"] and plot.comes("self_fix")
        fixes = bool(fixes and not is_public and not sight.is_of_storm)
        slots = ["before", "after"] if fixes else ["scene"] * plot.comes("photo")
        photos = [picture(chance, slot, matter["name"]) for slot in slots]
        body: dict[str, Any] = {
            "observed_at": deeds.stage.now().isoformat(),
            "place": {
                "lon": sight.lon,
                "lat": sight.lat,
                "datum": "wgs84",
                "accuracy_m": round(chance.uniform(4, 40), 1),
                "source": "gps",
            },
            "matter": matter["code"],
            "condition": None if is_public else sight.condition["code"],
            "note": sight.condition["name"],
            "photos": [claim for claim, _ in photos],
            "self_fix": fixes,
        }
        # The same play on another day of one demo is told apart from this one's retries.
        report_id = uuid5(NAMESPACE_OID, f"{deeds.stage.day_began} {chance.getrandbits(128)}")
        answer = await deeds.stage.ask("PUT", f"/api/v1/reports/{report_id}", sender, json=body)
        if answer.status_code not in (200, 201):
            deeds.tally.refusals[f"report {answer.status_code}"] += 1
            return sender, None
        deeds.tally.counts["reports"] += 1
        deeds.tally.played["reports of the public"] += is_public
        deeds.tally.played["reports in a storm of duplicates"] += sight.is_of_storm
        for claim, content in photos:
            await deeds.bring(sender, claim, content)
        found: Json = answer.json()["incident"]
        deeds.tally.incidents[found["incident_id"]] = found["state"]
        # Who reports sees less of it than who plays it on.
        return sender, await deeds.look(found)


def stand_of(cast: Cast, chance: Chance, *, is_home: bool) -> Stand:
    """Draw a grid of the home city that somebody walks, or one of a neighbour's."""
    while True:
        stand = chance.choice(cast.stands)
        if stand.is_home == is_home and (stand.walkers or not is_home):
            return stand


def place_in(stand: Stand, chance: Chance) -> tuple[float, float]:
    """Draw a place within a grid."""
    west, south, east, north = stand.outline.bounds
    for _ in range(50):
        lon, lat = chance.uniform(west, east), chance.uniform(south, north)
        if shapely.contains_xy(stand.outline, lon, lat):
            return round(lon, 7), round(lat, 7)
    inside = stand.outline.representative_point()
    return inside.x, inside.y
