"""Aftermath: what follows when an incident is closed; the reporter answers, somebody appeals."""

from gridsvc.cli.simulation.chance import Chance
from gridsvc.cli.simulation.deeds import Deeds, Json
from gridsvc.cli.simulation.manners import Manners, Plot


class Aftermath:
    """The part of those who have something to say about work that is done."""

    def __init__(self, deeds: Deeds, manners: Manners) -> None:
        self.deeds, self.manners = deeds, manners

    async def follow(
        self, incident: Json, reporter: str, solver: str | None, chance: Chance, plot: Plot
    ) -> Json | None:
        """Let the one who was late appeal, and the reporter answer; it may be open again then."""
        found: Json | None = incident
        if incident["breached_at"] and solver and plot.comes("appealed"):
            found = await self._appeal(incident, solver, chance)
        if found is None or not plot.comes("answers"):
            return found
        await self.deeds.stage.wait(chance.uniform(5, 30))
        answer = "unsatisfied" if plot.comes("unsatisfied") else "satisfied"
        return await self.deeds.answer(found, reporter, answer)

    async def _appeal(self, incident: Json, solver: str, chance: Chance) -> Json | None:
        cast = self.deeds.cast
        found = await self.deeds.act(incident, solver, "appeal", reason="force_majeure")
        is_granted = chance.random() < self.manners.appeal_granted
        # two must agree that it should not count; one is enough to say that it does
        for reviewer in (cast.supervisor_over(incident["town"]), cast.overseer):
            if found is None or not found["request"]:
                break
            await self.deeds.stage.wait(chance.expovariate(1 / 8))
            if is_granted:
                found = await self.deeds.act(found, reviewer, "grant_appeal")
            else:
                found = await self.deeds.act(
                    found, reviewer, "reject_appeal", reason="not_justified"
                )
        return found
