"""Satisfaction 回访: the reporter says once, after closing, whether it is solved."""

from uuid import UUID, uuid5

from gridsvc.core.actor import Actor
from gridsvc.core.life_cycle import Step
from gridsvc.core.request import Satisfaction
from gridsvc.services.action_draft import ActionDraft
from gridsvc.services.actions import take_step
from gridsvc.services.context import Context

STEP_OF_ANSWER = {
    Satisfaction.SATISFIED: Step.SATISFIED,
    Satisfaction.UNSATISFIED: Step.UNSATISFIED,
}


def answer_satisfaction(
    ctx: Context, actor: Actor, incident_id: UUID, answer: Satisfaction, note: str
) -> None:
    """Take the reporter's answer; the same again is the same success, another a conflict.

    The reporter answers about the work and not about a version of the record, so that none
    is asked for. An incident is asked about once, also when it has been opened again.
    """
    draft = ActionDraft(
        # one answer of one account to one incident
        action_id=uuid5(incident_id, f"satisfaction of {actor.account_id} {actor.officer_id}"),
        step=STEP_OF_ANSWER[answer],
        version=0,
        note=note,
    )
    take_step(ctx, actor, incident_id, draft, on_any_version=True)
