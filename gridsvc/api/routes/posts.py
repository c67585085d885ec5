"""`/posts`, `/vacancies` and `/gaps`: who holds what, where nobody does, what that cost."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.roster import (
    GapsOut,
    HolderIn,
    OfficerOut,
    PostsOut,
    VacanciesOut,
)
from gridsvc.api.security import ContextDep, require
from gridsvc.core.actor import Actor
from gridsvc.core.duty import Duty
from gridsvc.core.permission import Permission
from gridsvc.services import roster_lists, staffing

router = APIRouter(tags=["posts"], responses=PROBLEMS)
Looker = Annotated[Actor, require(Permission.ROSTER_READ)]
Lead = Annotated[Actor, require(Permission.ROSTER_EDIT)]
Division = Annotated[str, Query(pattern="^[0-9]{12}$")]
Number = Annotated[int, Path(ge=1, le=2**62)]


@router.get("/posts", operation_id="listPosts")
def get_posts(
    actor: Looker,
    ctx: ContextDep,
    division: Division,
    duty: Duty | None = None,
    vacant: bool | None = None,
) -> PostsOut:
    """Return the posts over a division and below it; vacant is a post on which nobody is."""
    items = roster_lists.list_posts(ctx, actor, division, duty, vacant)
    return PostsOut.model_validate({"items": items})


@router.post("/posts/{post_id}/holders", operation_id="addHolder")
def post_holder(post_id: Number, body: HolderIn, actor: Lead, ctx: ContextDep) -> OfficerOut:
    """Let an officer hold a post, or stand in on it until an instant."""
    return OfficerOut.model_validate(
        staffing.add_holder(
            ctx,
            actor,
            post_id,
            body.officer_code,
            body.since,
            body.until,
            stands_in=body.stands_in,
        )
    )


@router.delete("/posts/{post_id}/holders/{officer_id}", operation_id="removeHolder")
def delete_holder(post_id: Number, officer_id: Number, actor: Lead, ctx: ContextDep) -> OfficerOut:
    """Let an officer hold a post no longer; what they have of it is given to others at once."""
    return OfficerOut.model_validate(staffing.remove_holder(ctx, actor, post_id, officer_id))


@router.get("/vacancies", operation_id="listVacancies")
def get_vacancies(actor: Looker, ctx: ContextDep, division: Division) -> VacanciesOut:
    """Return, grid by grid, which of the four roles nobody is there for."""
    items = roster_lists.list_vacancies(ctx, actor, division)
    return VacanciesOut.model_validate({"items": items})


@router.get("/gaps", operation_id="listGaps")
def get_gaps(
    actor: Looker,
    ctx: ContextDep,
    division: Division,
    days: Annotated[int, Query(ge=1, le=92)] = 7,
) -> GapsOut:
    """Return what decisions of the last days lacked in a division, the most frequent first."""
    return GapsOut.model_validate({"items": roster_lists.list_gaps(ctx, actor, division, days)})
