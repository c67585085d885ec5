"""`/incidents/{id}/level` and `/indicators/levels`: at which level, and how well suggested."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.levels import LevelFiguresOut, LevelOut
from gridsvc.api.security import ContextDep, require
from gridsvc.core.actor import Actor
from gridsvc.core.permission import Permission
from gridsvc.services.level_figures import level_figures
from gridsvc.services.levels import level_view

router = APIRouter(tags=["levels"], responses=PROBLEMS)


@router.get("/incidents/{incident_id}/level", operation_id="getLevel")
def get_level(
    incident_id: UUID,
    actor: Annotated[Actor, require(Permission.INCIDENT_DISPATCH)],
    ctx: ContextDep,
    persons: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
) -> LevelOut:
    """Return the level suggested for an incident; a person confirms it by `choose_level`.

    `persons` is how many are concerned, where the asker knows of more than have reported.
    """
    return LevelOut.model_validate(level_view(ctx, actor, incident_id, persons))


@router.get("/indicators/levels", operation_id="getLevelFigures")
def get_level_figures(
    actor: Annotated[Actor, require(Permission.INDICATOR_READ, Permission.INCIDENT_DISPATCH)],
    ctx: ContextDep,
    division: Annotated[str, Query(pattern="^[0-9]{12}$")],
    days: Annotated[int, Query(ge=1, le=366)] = 30,
) -> LevelFiguresOut:
    """Return at which levels a division's incidents of the last days were solved.

    Counted are closed incidents that somebody solved, by the level that was in command
    then; and every choice of a level by a person, confirmed where it was the one suggested.
    """
    return LevelFiguresOut.model_validate(level_figures(ctx, actor, division, days))
