"""Whom an incident could be given to now: the engine asked, and nothing stored."""

from uuid import UUID

from gridsvc.core.actor import Actor
from gridsvc.core.dispatch.decision import Purpose
from gridsvc.core.life_cycle import State
from gridsvc.core.shift import shifts_on
from gridsvc.services.action_draft import UnknownIncident
from gridsvc.services.ask import Ask
from gridsvc.services.context import Context
from gridsvc.services.desk import Desk
from gridsvc.services.incident_view import Shown
from gridsvc.store.database import EVERYTHING, set_scope
from gridsvc.store.incidents import incident_now
from gridsvc.store.people import names_of

PURPOSE_OF_STATE = {
    State.REPORTED: Purpose.VERIFY,
    State.VERIFYING: Purpose.VERIFY,
    State.RECHECKING: Purpose.RECHECK,
}


def candidates_for(ctx: Context, actor: Actor, incident_id: UUID) -> list[Shown]:
    """Return posts in the order the engine would ask them, then those it passes over."""
    now = ctx.clock.now()
    with ctx.database.begin(actor.scope) as connection:
        stored = incident_now(connection, incident_id)
        if stored is None:
            raise UnknownIncident(f"there is no incident {incident_id} in your area")
        set_scope(connection, EVERYTHING)
        desk = Desk.open(connection, ctx.ground, stored, now, actor.account_id)
        case, world = desk.case, desk.case.world
        purpose = PURPOSE_OF_STATE.get(stored.incident.state, Purpose.REDISPATCH)
        solvers = stored.incident.solvers if purpose is Purpose.RECHECK else frozenset()
        decision = case.ask(Ask(purpose=purpose, excluded_officers=solvers))
        on_shift = shifts_on(now, world.reference.calendar)
        holders = {
            post_id: world.posts[post_id].holders[0].officer_id
            for post_id in (p.post_id for p in decision.passed_over)
            if post_id in world.posts and world.posts[post_id].holders
        }
        officers = {c.officer_id for c in decision.candidates} | set(holders.values())
        names = names_of(connection, sorted(officers))
    ranked: list[Shown] = [
        {
            "post_id": candidate.post_id,
            "code": candidate.code,
            "duty": candidate.duty.value,
            "officer_name": names.get(candidate.officer_id),
            "rung": candidate.rung.value,
            "on_shift": world.posts[candidate.post_id].shift in on_shift,
            "open_task_minutes": candidate.open_task_minutes,
            "passed_over": None,
        }
        for candidate in decision.candidates
    ]
    return ranked + [
        {
            "post_id": passed.post_id,
            "code": passed.code,
            "duty": world.posts[passed.post_id].duty.value,
            "officer_name": names.get(holders.get(passed.post_id, -1)),
            "rung": None,
            "on_shift": world.posts[passed.post_id].shift in on_shift,
            "open_task_minutes": world.posts[passed.post_id].open_task_minutes,
            "passed_over": passed.why.value,
        }
        for passed in decision.passed_over
        if passed.post_id in world.posts
    ]
