"""Deeds: what anybody in the play can do through the API, and how it is counted."""

import hashlib
import io
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from PIL import Image, ImageDraw

from gridsvc.cli.simulation.cast import Cast
from gridsvc.cli.simulation.chance import Chance
from gridsvc.cli.simulation.manners import Tally
from gridsvc.cli.simulation.stage import Stage

Json = dict[str, Any]
ENDED = ("closed", "voided")


@dataclass(frozen=True, slots=True)
class Deeds:
    """Requests on incidents, in the name of whoever does it."""

    stage: Stage
    cast: Cast
    tally: Tally

    async def look(self, incident: Json) -> Json | None:
        """Return the incident as it stands now."""
        path = f"/api/v1/incidents/{incident['incident_id']}"
        answer = await self.stage.ask("GET", path, self.cast.overseer)
        if answer.status_code != 200:
            self.tally.refusals[f"look {answer.status_code}"] += 1
            return None
        found: Json = answer.json()
        return found

    async def act(self, incident: Json, officer: str, step: str, **given: Any) -> Json | None:
        """Take a step, and return the incident as it is then."""
        body = {"step": step, **given}
        return await self._change("POST", incident, "actions", officer, step, body)

    async def join(self, incident: Json, officer: str, into: str) -> Json | None:
        """Take it for the same as another one."""
        body = {"into": into, "reason": "same_thing"}
        return await self._change("POST", incident, "join", officer, "join", body)

    async def unjoin(self, incident: Json, officer: str) -> Json | None:
        """Take it for one of its own after all."""
        body = {"reason": "other_thing"}
        return await self._change("POST", incident, "unjoin", officer, "unjoin", body)

    async def answer(self, incident: Json, reporter: str, answer: str) -> Json | None:
        """Say, as who reported it, whether it is solved."""
        path = f"/api/v1/incidents/{incident['incident_id']}/satisfaction"
        sent = await self.stage.ask("PUT", path, reporter, json={"answer": answer})
        if sent.status_code == 200:
            self.tally.counts[answer] += 1
        else:
            self._refused(answer, sent)
        return await self.look(incident)

    async def bring(self, officer: str, claim: Json, content: bytes) -> None:
        """Send a photograph that was named before."""
        path = f"/api/v1/photos/{claim['sha256']}"
        answer = await self.stage.ask("PUT", path, officer, content=content)
        kept = answer.status_code in (200, 201)
        (self.tally.counts if kept else self.tally.refusals)["photos"] += 1

    async def _change(
        self, method: str, incident: Json, where: str, officer: str, name: str, given: Json
    ) -> Json | None:
        said = f"{incident['incident_id']} {incident['version']} {name} {officer}"
        body = {
            "action_id": str(uuid5(NAMESPACE_OID, said)),
            "version": incident["version"],
            **given,
        }
        path = f"/api/v1/incidents/{incident['incident_id']}/{where}"
        answer = await self.stage.ask(method, path, officer, json=body)
        if answer.status_code == 200:
            self.tally.counts[name] += 1
            moved: Json = answer.json()
            return moved
        self._refused(name, answer)
        await self.stage.wait(5)
        return await self.look(incident)

    def _refused(self, name: str, answer: Any) -> None:
        problem = answer.json().get("type", "").rpartition(":")[2]
        self.tally.refusals[f"{name} {answer.status_code} {problem}"] += 1


def picture(chance: Chance, slot: str, text: str) -> tuple[Json, bytes]:
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
