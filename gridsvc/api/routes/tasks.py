"""`/tasks`: the asker's own work."""

from typing import Annotated

from fastapi import APIRouter

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.incidents import TasksOut
from gridsvc.api.security import ContextDep, require
from gridsvc.core.actor import Actor
from gridsvc.core.permission import Permission
from gridsvc.services.incidents import list_tasks

router = APIRouter(prefix="/tasks", tags=["tasks"], responses=PROBLEMS)


@router.get("", operation_id="listTasks")
def get_tasks(actor: Annotated[Actor, require(Permission.TASK_WORK)], ctx: ContextDep) -> TasksOut:
    """Return the open tasks of the asker's posts, what is due soonest first."""
    return TasksOut.model_validate({"items": list_tasks(ctx, actor)})
