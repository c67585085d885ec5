"""`/officers`: what somebody holds, when they are away, and when they leave."""

from typing import Annotated

from fastapi import APIRouter, Path

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.roster import LeaveIn, OfficerOut
from gridsvc.api.security import ContextDep, require
from gridsvc.core.actor import Actor
from gridsvc.core.permission import Permission
from gridsvc.services import staffing

router = APIRouter(prefix="/officers", tags=["officers"], responses=PROBLEMS)
Looker = Annotated[Actor, require(Permission.ROSTER_READ)]
Lead = Annotated[Actor, require(Permission.ROSTER_EDIT)]
Number = Annotated[int, Path(ge=1, le=2**62)]


@router.get("/{officer_id}", operation_id="getOfficer")
def get_officer(officer_id: Number, actor: Looker, ctx: ContextDep) -> OfficerOut:
    """Return an officer with the posts they hold and when they are away."""
    return OfficerOut.model_validate(staffing.officer_shown(ctx, actor, officer_id))


@router.post("/{officer_id}/leave", operation_id="giveLeave")
def post_leave(officer_id: Number, body: LeaveIn, actor: Lead, ctx: ContextDep) -> OfficerOut:
    """Let an officer be away: nothing is given to them, and what they have to others."""
    return OfficerOut.model_validate(
        staffing.give_leave(
            ctx, actor, officer_id, body.since, body.until, hands_over=body.hand_over
        )
    )


@router.delete("/{officer_id}/leave/{leave_id}", operation_id="endLeave")
def delete_leave(officer_id: Number, leave_id: Number, actor: Lead, ctx: ContextDep) -> OfficerOut:
    """Let an officer be back now, or give a leave up that has not begun."""
    return OfficerOut.model_validate(staffing.end_leave(ctx, actor, officer_id, leave_id))


@router.post("/{officer_id}/end", operation_id="endOfficer")
def post_end(officer_id: Number, actor: Lead, ctx: ContextDep) -> OfficerOut:
    """Let an officer hold nothing any more; all that they have is given to others at once."""
    return OfficerOut.model_validate(staffing.end_officer(ctx, actor, officer_id))
