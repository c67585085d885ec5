"""One report's story: somebody sees something, others deal with it, well or badly."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gridsvc.cli.simulation.aftermath import Aftermath
from gridsvc.cli.simulation.chance import Chance
from gridsvc.cli.simulation.deeds import ENDED, Deeds, Json
from gridsvc.cli.simulation.desk import Desk
from gridsvc.cli.simulation.manners import Manners, Plot
from gridsvc.cli.simulation.sight import STORM_OF, Eyes
from gridsvc.cli.simulation.work import Work


@dataclass(slots=True)
class Story:
    """Plays reports from their first sight to their end, or until the day is over."""

    deeds: Deeds
    matters: list[Json]
    manners: Manners
    seed: int
    reports: int
    eyes: Eyes = field(init=False)
    work: Work = field(init=False)
    desk: Desk = field(init=False)
    aftermath: Aftermath = field(init=False)

    def __post_init__(self) -> None:
        self.eyes = Eyes(self.deeds, self.matters, self.manners, self.seed)
        self.work = Work(self.deeds, self.manners, self.seed)
        self.desk = Desk(self.deeds, self.manners)
        self.aftermath = Aftermath(self.deeds, self.manners)

    async def play(self, number: int, starts_after_min: float, day_min: float) -> None:
        """Report something after a while and follow it up."""
        chance = Chance(f"{self.seed} {number}")
        plot = Plot.drawn(chance, self.manners)
        storms = round(self.reports * self.manners.storm / STORM_OF)
        sight = self.eyes.see(chance, plot, storms)
        await self.deeds.stage.wait(starts_after_min)
        reporter, incident = await self.eyes.report(chance, plot, sight)
        if incident is not None and sight.is_of_storm:
            incident = await self.desk.join(incident, chance)
            if incident is not None and incident["joined_into"] and plot.comes("unjoined"):
                incident = await self.desk.unjoin(incident, chance)
        solver: str | None = None
        while incident is not None and self.deeds.stage.now() < self._ends_at(day_min):
            if incident["state"] == "voided":
                break
            if incident["state"] == "closed":
                incident = await self.aftermath.follow(incident, reporter, solver, chance, plot)
                if incident is None or incident["state"] in ENDED:
                    break
            if incident["owner"] and incident["state"] == "handling":
                solver = next(
                    iter(self.deeds.cast.holders.get(incident["owner"]["code"], ())), None
                )
            incident = await self._next(incident, chance, plot)
        if incident is not None:
            self.deeds.tally.incidents[incident["incident_id"]] = incident["state"]

    def _ends_at(self, day_min: float) -> datetime:
        assert self.deeds.stage.day_began is not None
        return self.deeds.stage.day_began + timedelta(minutes=day_min)

    async def _next(self, incident: Json, chance: Chance, plot: Plot) -> Json | None:
        """Do what the incident waits for, as whoever it waits for; return it as it is then."""
        interfered = await self.desk.interfere(incident, plot)
        if interfered is not None:
            return interfered
        if incident["suspended_until"]:
            return await self.desk.wait_suspended(incident, chance, plot)
        if incident["request"]:
            return await self.desk.settle_request(incident, chance)
        if incident["owner"] is None:
            return await self.desk.take_from_queue(incident, chance, plot)
        return await self.work.go_on(incident, chance, plot)
