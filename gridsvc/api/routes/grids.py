"""`/grids`: grids with their outlines, owners and surroundings, as of any instant."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import AwareDatetime

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.ground import (
    GridDetailOut,
    GridOut,
    GridsOut,
    SurroundingsOut,
    grid_members,
)
from gridsvc.api.security import ContextDep, SignedIn, require
from gridsvc.core.permission import Permission
from gridsvc.services import places

router = APIRouter(prefix="/grids", tags=["grids"], responses=PROBLEMS)


@router.get("", operation_id="listGrids", dependencies=[require()])
def list_grids(
    ctx: ContextDep,
    division: Annotated[str | None, Query(pattern="^[0-9]{12}$")] = None,
    as_of: AwareDatetime | None = None,
) -> GridsOut:
    """List the grids at or below a division by code, those of the home city without one."""
    try:
        found = places.list_grids(ctx, division, as_of)
    except places.NoSuchDivision as error:
        raise HTTPException(404, str(error)) from None
    return GridsOut(items=[GridOut(**grid_members(detail)) for detail in found])


@router.get("/{grid_id}", operation_id="getGrid")
def get_grid(
    grid_id: int, ctx: ContextDep, actor: SignedIn, as_of: AwareDatetime | None = None
) -> GridDetailOut:
    """Return a grid with its outline and the posts over it and over its community.

    Officers' names are for those who may read incidents.
    """
    may_know = Permission.INCIDENT_READ in actor.permissions
    try:
        return GridDetailOut.of(places.grid_detail(ctx, grid_id, as_of, with_names=may_know))
    except places.NoSuchGrid as error:
        raise HTTPException(404, str(error)) from None


@router.get("/{grid_id}/mini", operation_id="getGridSurroundings", dependencies=[require()])
def get_grid_surroundings(
    grid_id: int, ctx: ContextDep, as_of: AwareDatetime | None = None
) -> SurroundingsOut:
    """Return a grid and its neighbours as GeoJSON, for a map that is drawn without tiles."""
    try:
        return SurroundingsOut.of(places.grid_surroundings(ctx, grid_id, as_of))
    except places.NoSuchGrid as error:
        raise HTTPException(404, str(error)) from None
