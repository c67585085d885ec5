"""Desks: what dispatchers and supervisors do about an incident."""

from datetime import timedelta

from gridsvc.cli.simulation.chance import Chance
from gridsvc.cli.simulation.deeds import ENDED, Deeds, Json
from gridsvc.cli.simulation.manners import Manners, Plot

DEMAND = "请在时限内办结并反馈。"


class Desk:
    """The part of the dispatch centre."""

    def __init__(self, deeds: Deeds, manners: Manners) -> None:
        self.deeds, self.manners = deeds, manners

    def over(self, incident: Json, chance: Chance) -> str:
        """Draw a dispatcher at the level in command, of the town at least."""
        dispatchers, town = self.deeds.cast.dispatchers, incident["town"]
        is_city = incident["level"] == "city" or town is None
        return chance.choice(
            (None if is_city else dispatchers.get(town["code"]))
            or dispatchers[self.deeds.cast.home_city]
        )

    async def interfere(self, incident: Json, plot: Plot) -> Json | None:
        """Demand something, or end it by force, where the plot has it so."""
        if plot.comes("supervised"):
            until = (self.deeds.stage.now() + timedelta(hours=2)).isoformat()
            supervisor = self.deeds.cast.supervisor_over(incident["town"])
            return await self.deeds.act(incident, supervisor, "supervise", until=until, note=DEMAND)
        if incident["state"] == "handling" and plot.comes("force_closed"):
            head = self.deeds.cast.overseer
            return await self.deeds.act(incident, head, "force_close", reason="ownerless")
        return None

    async def settle_request(self, incident: Json, chance: Chance) -> Json | None:
        """Grant or refuse what was asked for."""
        kind = incident["request"]["kind"]
        share = {
            "extension": self.manners.extension_granted,
            "suspension": self.manners.suspension_granted,
        }[kind]
        await self.deeds.stage.wait(chance.expovariate(1 / 8))
        officer = self.over(incident, chance)
        if chance.random() < share:
            return await self.deeds.act(incident, officer, f"approve_{kind}")
        return await self.deeds.act(incident, officer, f"refuse_{kind}", reason="not_justified")

    async def wait_suspended(self, incident: Json, chance: Chance, plot: Plot) -> Json | None:
        """Wait for a suspension to end by itself, or end it early."""
        await self.deeds.stage.wait(chance.uniform(15, 40))
        found = await self.deeds.look(incident)
        if found is not None and found["suspended_until"] and plot.comes("resumed_early"):
            officer = self.over(found, chance)
            return await self.deeds.act(found, officer, "resume", reason="condition_met")
        return found

    async def take_from_queue(self, incident: Json, chance: Chance, plot: Plot) -> Json | None:
        """Do what an incident without anybody to do it waits for."""
        deeds, queue = self.deeds, incident["queue"]
        division = queue["division"]["code"] if queue else deeds.cast.home_city
        desk = deeds.cast.dispatchers.get(division) or deeds.cast.dispatchers[deeds.cast.home_city]
        officer = chance.choice(desk)
        await deeds.stage.wait(chance.expovariate(1 / 8))
        reason = queue["reason"] if queue else ""
        if incident["match"] == "outside" or reason in ("neighbour_city", "verification_denied"):
            return await deeds.act(incident, officer, "void", reason="nothing_there")
        if incident["state"] == "reported":
            code = chance.choice(deeds.cast.conditions[incident["matter"]["code"]])
            return await deeds.act(incident, officer, "accept", condition=code)
        if incident["return_count"] >= 2 and plot.comes("wrong_department"):
            # No department here does it: whoever reported it is told so.
            return await deeds.act(incident, officer, "void", reason="not_admitted")
        path = f"/api/v1/incidents/{incident['incident_id']}/candidates"
        answer = await deeds.stage.ask("GET", path, officer)
        items = answer.json().get("items", []) if answer.status_code == 200 else []
        free = [item for item in items if item["passed_over"] in (None, "off_shift", "excluded")]
        if not free:
            await deeds.stage.wait(20)
            return await deeds.look(incident)
        chosen = free[0]["post_id"]
        return await deeds.act(
            incident, officer, "dispatch", post_id=chosen, reason="closer_person"
        )

    async def join(self, incident: Json, chance: Chance) -> Json | None:
        """Join what is one of a storm to the first of it that is not ended."""
        deeds, officer = self.deeds, self.over(incident, chance)
        await deeds.stage.wait(chance.uniform(1, 10))
        path = f"/api/v1/incidents/{incident['incident_id']}/duplicates"
        answer = await deeds.stage.ask("GET", path, officer)
        near = answer.json()["suggested"] if answer.status_code == 200 else []
        first = min(
            (one for one in near if one["incident_id"] and one["state"] not in ENDED),
            key=lambda one: str(one["received_at"]),
            default=None,
        )
        found = await deeds.look(incident)
        if found is None or first is None or found["state"] in ENDED:
            return found
        if first["received_at"] >= found["received_at"]:
            return found
        return await deeds.join(found, officer, first["incident_id"])

    async def unjoin(self, incident: Json, chance: Chance) -> Json | None:
        """Find after a while that it was another thing."""
        await self.deeds.stage.wait(chance.uniform(10, 30))
        found = await self.deeds.look(incident)
        if found is None or found["joined_into"] is None:
            return found
        return await self.deeds.unjoin(found, self.over(found, chance))
