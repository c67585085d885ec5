"""Steps that people take on incidents, each once, each on the version they saw."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from gridsvc.core.action import Standing as Party
from gridsvc.core.actor import Actor
from gridsvc.core.duty import Duty
from gridsvc.core.life_cycle import STEPS_FROM, Role, State, Step
from gridsvc.core.step_reason import check_reason
from gridsvc.services.action_draft import (
    ActionConflict,
    ActionDraft,
    StaleVersion,
    UnknownIncident,
)
from gridsvc.services.consequences import CONSEQUENCES
from gridsvc.services.context import Context
from gridsvc.services.desk import Desk
from gridsvc.store.actions import StoredAction, insert_action, known_action
from gridsvc.store.database import EVERYTHING, set_scope
from gridsvc.store.incidents import incident_for_update
from gridsvc.store.reports import NewEvidence


def take_step(ctx: Context, actor: Actor, incident_id: UUID, draft: ActionDraft) -> None:
    """Take a step in one transaction; the same action again changes nothing.

    Two transactions that bring one action to two incidents meet at its primary key; the
    later one then finds it known.
    """
    check_reason(draft.step, draft.reason, draft.note)
    try:
        _take_step_once(ctx, actor, incident_id, draft)
    except IntegrityError:
        _take_step_once(ctx, actor, incident_id, draft)


def _take_step_once(ctx: Context, actor: Actor, incident_id: UUID, draft: ActionDraft) -> None:
    now = ctx.clock.now()
    with ctx.database.begin(actor.scope) as connection:
        stored = incident_for_update(connection, incident_id)
        if stored is None:
            raise UnknownIncident(f"there is no incident {incident_id} in your area")
        # Seen and locked under the actor's own scope; what follows concerns others too.
        set_scope(connection, EVERYTHING)
        before = known_action(connection, draft.action_id)
        if before is not None:
            said = (incident_id, actor.account_id, draft.digest())
            if (before.incident_id, before.account_id, before.content_digest) != said:
                raise ActionConflict(f"action {draft.action_id} is known with other content")
            return
        if stored.incident.version != draft.version:
            raise StaleVersion(stored.incident)
        desk = Desk.open(connection, ctx.ground, stored, now, actor.account_id)
        action = StoredAction(
            action_id=draft.action_id,
            incident_id=incident_id,
            account_id=actor.account_id,
            step=draft.step.value,
            at=now,
            content_digest=draft.digest(),
        )
        insert_action(connection, action, draft.note)
        desk.ledger.evidence += [
            NewEvidence(
                named_in=draft.action_id,
                incident_id=stored.incident.incident_id,
                account_id=actor.account_id,
                claim=claim,
                named_at=now,
            )
            for claim in draft.photos
        ]
        CONSEQUENCES[draft.step](desk, party_of(actor, desk), draft)
        desk.close()


def party_of(actor: Actor, desk: Desk) -> Party:
    """Return what somebody is to this incident: a duty alone gives no right to act on it."""
    incident = desk.case.incident
    roles = set()
    if any(
        post.duty is Duty.DISPATCHER and post.division_code in incident.division_codes
        for post in actor.posts
    ):
        roles.add(Role.DISPATCHER)
    if any(task.post_id in actor.post_ids for task in desk.open_tasks):
        roles.add(Role.ASSIGNEE)
    if actor.officer_id is not None and actor.officer_id == incident.reporter:
        roles.add(Role.REPORTER)
    return Party(officer_id=actor.officer_id, roles=frozenset(roles))


def steps_of(actor: Actor, desk: Desk) -> tuple[Step, ...]:
    """Return the steps open to somebody on this incident now."""
    case = desk.case
    share = case.world.rules.self_fix_recheck_share
    return tuple(
        step
        for step in case.incident.steps_for(party_of(actor, desk), case.matter, share)
        if step in CONSEQUENCES
    )


def steps_on_task(state: State) -> tuple[Step, ...]:
    """Return the steps of a state that its assignee may take, before their guards are asked."""
    return tuple(
        step
        for step in CONSEQUENCES
        if any(Role.ASSIGNEE in row.roles for row in STEPS_FROM.get((state, step), ()))
    )
