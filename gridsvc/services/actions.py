"""Steps that people take on incidents, each once, each on the version they saw."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from gridsvc.core.action import IllegalStep
from gridsvc.core.actor import Actor
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
from gridsvc.services.standing import standing_of
from gridsvc.store.actions import StoredAction, insert_action, known_action
from gridsvc.store.database import EVERYTHING, set_scope
from gridsvc.store.incidents import incident_for_update
from gridsvc.store.reports import NewEvidence


def take_step(
    ctx: Context,
    actor: Actor,
    incident_id: UUID,
    draft: ActionDraft,
    *,
    on_any_version: bool = False,
) -> None:
    """Take a step in one transaction; the same action again changes nothing.

    Two transactions that bring one action to two incidents meet at its primary key; the
    later one then finds it known.
    """
    check_reason(draft.step, draft.reason, draft.note)
    if draft.step not in CONSEQUENCES:
        raise IllegalStep("not_yours", f"“{draft.step}” is taken by the service itself")
    try:
        _take_step_once(ctx, actor, incident_id, draft, on_any_version=on_any_version)
    except IntegrityError:
        _take_step_once(ctx, actor, incident_id, draft, on_any_version=on_any_version)


def _take_step_once(
    ctx: Context, actor: Actor, incident_id: UUID, draft: ActionDraft, *, on_any_version: bool
) -> None:
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
        if stored.incident.version != draft.version and not on_any_version:
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
        standing = standing_of(actor, stored, desk.open_tasks, desk.case.world.rules.ladder)
        CONSEQUENCES[draft.step](desk, standing, draft)
        desk.close()
