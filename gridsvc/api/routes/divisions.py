"""`/divisions`: the administrative tree and where it lies."""

from typing import Annotated

from fastapi import APIRouter, Query

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.ground import DivisionOut, DivisionsOut
from gridsvc.api.security import ContextDep, require
from gridsvc.services import places

router = APIRouter(prefix="/divisions", tags=["divisions"], responses=PROBLEMS)


@router.get("", operation_id="listDivisions", dependencies=[require()])
def list_divisions(
    ctx: ContextDep,
    level: Annotated[str | None, Query(max_length=40)] = None,
    parent: Annotated[str | None, Query(pattern="^[0-9]{12}$")] = None,
) -> DivisionsOut:
    """List divisions, home city first, then by code; `parent` gives those right below it."""
    found = places.list_divisions(ctx, level, parent)
    return DivisionsOut(items=[DivisionOut.of(box) for box in found])
