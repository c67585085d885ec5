"""What somebody is to one incident, and which steps that opens to them."""

from collections.abc import Iterable
from datetime import datetime

from gridsvc.core.action import Standing, Timing
from gridsvc.core.actor import Actor, HeldPost
from gridsvc.core.division import Ladder
from gridsvc.core.duty import Duty
from gridsvc.core.incident import Incident
from gridsvc.core.life_cycle import Role, Step
from gridsvc.core.matter import Matter
from gridsvc.core.progress import steps_for
from gridsvc.core.scope import account_key
from gridsvc.core.task import Task
from gridsvc.services.consequences import CONSEQUENCES
from gridsvc.services.timing import timing_of
from gridsvc.store.incidents import StoredIncident

_IN_COMMAND = (Duty.DISPATCHER, Duty.GRID_SUPERVISOR)


def standing_of(
    actor: Actor, stored: StoredIncident, open_tasks: Iterable[Task], ladder: Ladder
) -> Standing:
    """Return what somebody is to an incident: a duty alone gives no right to act on it."""
    incident = stored.incident
    over = [
        post
        for post in actor.posts
        if post.duty in _IN_COMMAND
        and post.division_code in incident.division_codes
        and post.division_level in ladder.levels
    ]
    roles = set[Role]().union(*(_roles_in_command(post, incident, ladder) for post in over))
    if any(task.post_id in actor.post_ids for task in open_tasks):
        roles.add(Role.ASSIGNEE)
    if incident.post_id in actor.post_ids:
        roles.add(Role.RESPONSIBLE)
    if actor.officer_id is not None and actor.officer_id == incident.reporter:
        roles.add(Role.REPORTER)
    # A machine's account sends the reports of every officer that it acts for.
    is_own = not actor.is_acted_for or actor.officer_id == incident.reporter
    if is_own and account_key(actor.account_id) in stored.scope_keys:
        roles.add(Role.SENDER)
    return Standing(
        officer_id=actor.officer_id,
        roles=frozenset(roles),
        level=ladder.highest_of(post.division_level for post in over) if over else None,
    )


def _roles_in_command(post: HeldPost, incident: Incident, ladder: Ladder) -> set[Role]:
    """Return what a dispatcher's or supervisor's post over an incident makes of its holder."""
    rank = ladder.rank(post.division_level)
    in_command = ladder.rank(incident.level or ladder.lowest)
    roles = {Role.REVIEWER}
    if rank >= in_command:
        roles.add(Role.APPROVER)
    if post.duty is Duty.GRID_SUPERVISOR:
        return roles | {Role.SUPERVISOR, Role.HEAD}
    roles.add(Role.DISPATCHER)
    if rank > in_command:
        roles.add(Role.SUPERVISOR)
    # A city of one level only has nobody above the lowest.
    if rank >= min(1, len(ladder.levels) - 1):
        roles.add(Role.COMMANDER)
    if post.division_level == ladder.highest:
        roles.add(Role.HEAD)
    return roles


def steps_open(
    standing: Standing, incident: Incident, timing: Timing, matter: Matter, recheck_share: float
) -> tuple[Step, ...]:
    """Return the steps that people may take and that are open to somebody now."""
    found = steps_for(incident, standing, timing, matter, recheck_share)
    return tuple(step for step in found if step in CONSEQUENCES)


def steps_on_task(actor: Actor, stored: StoredIncident, now: datetime) -> tuple[Step, ...]:
    """Return the steps that somebody who has the incident as a task may take on it."""
    assignee = Standing(officer_id=actor.officer_id, roles=frozenset({Role.ASSIGNEE}))
    return tuple(
        step
        for step in steps_for(stored.incident, assignee, timing_of(stored, now))
        if step in CONSEQUENCES
    )
