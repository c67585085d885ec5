"""`/matters`: what may be reported, and under which conditions."""

from fastapi import APIRouter

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.matters import MattersOut
from gridsvc.api.security import ContextDep, require
from gridsvc.services.places import reference_of

router = APIRouter(prefix="/matters", tags=["matters"], responses=PROBLEMS)


@router.get("", operation_id="listMatters", dependencies=[require()])
def list_matters(ctx: ContextDep) -> MattersOut:
    """List every matter with its department and filing conditions, by code."""
    return MattersOut.of(reference_of(ctx))
