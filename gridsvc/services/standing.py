"""What somebody is to one incident, and which steps that opens to them."""

from collections.abc import Iterable

from gridsvc.core.action import Standing
from gridsvc.core.actor import Actor
from gridsvc.core.duty import Duty
from gridsvc.core.incident import Incident
from gridsvc.core.life_cycle import STEPS_FROM, Role, State, Step
from gridsvc.core.matter import Matter
from gridsvc.core.task import Task
from gridsvc.services.consequences import CONSEQUENCES


def standing_of(actor: Actor, incident: Incident, open_tasks: Iterable[Task]) -> Standing:
    """Return what somebody is to an incident: a duty alone gives no right to act on it."""
    roles = set()
    if any(
        post.duty is Duty.DISPATCHER and post.division_code in incident.division_codes
        for post in actor.posts
    ):
        roles.add(Role.DISPATCHER)
    if any(task.post_id in actor.post_ids for task in open_tasks):
        roles.add(Role.ASSIGNEE)
    if actor.officer_id is not None and actor.officer_id == incident.reporter:
        roles.add(Role.REPORTER)
    return Standing(officer_id=actor.officer_id, roles=frozenset(roles))


def steps_open(
    standing: Standing, incident: Incident, matter: Matter, recheck_share: float
) -> tuple[Step, ...]:
    """Return the steps that people may take and that are open to somebody now."""
    return tuple(
        step for step in incident.steps_for(standing, matter, recheck_share) if step in CONSEQUENCES
    )


def steps_on_task(state: State) -> tuple[Step, ...]:
    """Return the steps of a state that its assignee may take, before their guards are asked."""
    return tuple(
        step
        for step in CONSEQUENCES
        if any(Role.ASSIGNEE in row.roles for row in STEPS_FROM.get((state, step), ()))
    )
