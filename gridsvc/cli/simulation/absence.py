"""Absences: grid managers who go on leave, and who stands in for them."""

from datetime import timedelta

from gridsvc.cli.simulation.chance import Chance
from gridsvc.cli.simulation.deeds import Deeds
from gridsvc.cli.simulation.manners import Manners
from gridsvc.cli.simulation.sight import stand_of


async def play_absence(deeds: Deeds, manners: Manners, chance: Chance, after_min: float) -> None:
    """Let one manager be away until tomorrow: what they have is given to others at once."""
    await deeds.stage.wait(after_min)
    stand = stand_of(deeds.cast, chance, is_home=True)
    lead = chance.choice(
        deeds.cast.dispatchers.get(f"{stand.code[:9]}000")
        or deeds.cast.dispatchers[deeds.cast.home_city]
    )
    path = f"/api/v1/posts?division={stand.code[:12]}&duty=grid_manager"
    answer = await deeds.stage.ask("GET", path, lead)
    posts = answer.json()["items"] if answer.status_code == 200 else []
    held = [post for post in posts if post["holders"] and post["grid"]["code"] == stand.code]
    if not held:
        return
    post, manager = held[0], held[0]["holders"][0]
    until = (deeds.stage.now() + timedelta(days=1)).isoformat()
    away = await deeds.stage.ask(
        "POST", f"/api/v1/officers/{manager['officer_id']}/leave", lead, json={"until": until}
    )
    if away.status_code != 200:
        deeds.tally.refusals[f"leave {away.status_code}"] += 1
        return
    deeds.tally.played["leaves begun"] += 1
    deeds.tally.played["tasks handed over"] += away.json()["handed_over"]
    if chance.random() < manners.stood_in and len(stand.walkers) > 1:
        stand_in = stand.walkers[-1]
        body = {"officer_code": stand_in, "until": until, "stands_in": True}
        taken = await deeds.stage.ask(
            "POST", f"/api/v1/posts/{post['post_id']}/holders", lead, json=body
        )
        if taken.status_code == 200:
            deeds.tally.played["stood in for"] += 1
            deeds.cast.holders[post["code"]] = (stand_in,)
        else:
            deeds.tally.refusals[f"stand in {taken.status_code}"] += 1
