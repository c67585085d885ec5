"""`/adjacency`: which grids touch, over how many metres."""

from fastapi import APIRouter, HTTPException
from pydantic import AwareDatetime

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.ground import AdjacenciesOut, AdjacencyOut
from gridsvc.api.security import ContextDep, require
from gridsvc.services import places

router = APIRouter(prefix="/adjacency", tags=["grids"], responses=PROBLEMS)


@router.get("", operation_id="listAdjacency", dependencies=[require()])
def list_adjacency(
    grid_id: int, ctx: ContextDep, as_of: AwareDatetime | None = None
) -> AdjacenciesOut:
    """List the neighbours of a grid; 404 when it is not in force at that instant."""
    try:
        found = places.list_adjacency(ctx, grid_id, as_of)
    except places.NoSuchGrid as error:
        raise HTTPException(404, str(error)) from None
    return AdjacenciesOut(items=[AdjacencyOut.of(row) for row in found])
