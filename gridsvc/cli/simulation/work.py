"""Work: what those do who have the incident, well or badly."""

from datetime import datetime, timedelta

from gridsvc.cli.simulation.chance import Chance
from gridsvc.cli.simulation.deeds import Deeds, Json, picture
from gridsvc.cli.simulation.manners import Manners, Plot

#: Nobody waits for a limit that runs out later than this.
LATEST_MIN = 120


class Work:
    """The part of the officers on the ground."""

    def __init__(self, deeds: Deeds, manners: Manners, seed: int) -> None:
        self.deeds, self.manners, self.seed = deeds, manners, seed

    def never_answers(self, officer: str) -> bool:
        """Tell whether an officer is one of those who never answer, the whole day."""
        return Chance(f"{self.seed} {officer}").random() < self.manners.never_answers

    async def go_on(self, incident: Json, chance: Chance, plot: Plot) -> Json | None:
        """Let whoever has it do the next thing, or nothing."""
        deeds, tally = self.deeds, self.deeds.tally
        officers = deeds.cast.holders.get(incident["owner"]["code"], ())
        dead = bool(officers) and self.never_answers(officers[0])
        if not officers or dead or chance.random() < self.manners.silent:
            tally.played["asked one who never answers" if dead else "asked and got no answer"] += 1
            await deeds.stage.wait(chance.uniform(30, 60))
            return await deeds.look(incident)
        await deeds.stage.wait(chance.expovariate(1 / 6))
        officer, state = officers[0], incident["state"]
        if state == "dispatched":
            return await self._take_or_return(incident, officer, chance, plot)
        if state == "handling":
            return await self._handle(incident, officer, chance, plot)
        if state == "verifying":
            if plot.comes("unfounded"):
                return await deeds.act(incident, officer, "verify_deny", reason="nothing_there")
            return await deeds.act(incident, officer, "verify_confirm")
        if state == "rechecking":
            if chance.random() < self.manners.fails_recheck:
                return await deeds.act(incident, officer, "recheck_fail", reason="not_solved")
            return await deeds.act(incident, officer, "recheck_pass")
        return await deeds.look(incident)

    async def _take_or_return(
        self, incident: Json, officer: str, chance: Chance, plot: Plot
    ) -> Json | None:
        if "wrong_department" in plot.ahead:
            self.deeds.tally.played["given to the wrong department"] += 1
            return await self.deeds.act(incident, officer, "return", reason="other_department")
        if chance.random() < self.manners.returns:
            return await self.deeds.act(incident, officer, "return", reason="needs_authority")
        return await self.deeds.act(incident, officer, "acknowledge")

    async def _handle(
        self, incident: Json, officer: str, chance: Chance, plot: Plot
    ) -> Json | None:
        deeds, now = self.deeds, self.deeds.stage.now()
        due_at = datetime.fromisoformat(incident["due_at"]) if incident["due_at"] else None
        is_late = due_at is not None and due_at <= now
        if not is_late and plot.comes("extension"):
            return await deeds.act(
                incident, officer, "request_extension", reason="waits_for_material"
            )
        if plot.comes("suspension"):
            until = now + timedelta(minutes=chance.choice([40, 90, 60 * 24 * 5]))
            return await deeds.act(
                incident,
                officer,
                "request_suspension",
                reason="engineering",
                until=until.isoformat(),
            )
        if due_at is not None and not is_late and plot.comes("late"):
            minutes = (due_at - now).total_seconds() / 60
            if minutes < LATEST_MIN:
                deeds.tally.played["let the limit run out"] += 1
                await deeds.stage.wait(minutes + 10)
                return await deeds.look(incident)
        await deeds.stage.wait(chance.expovariate(1 / 25))
        claim, content = picture(chance, "after", incident["number"])
        moved = await deeds.act(incident, officer, "handle", photos=[claim])
        if moved is not None and moved["state"] != "handling":
            # of a step that was refused nobody wants the photograph
            await deeds.bring(officer, claim, content)
        return moved
