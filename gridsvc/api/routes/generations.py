"""`/generations`: which set of outlines is in force."""

from fastapi import APIRouter

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.ground import GenerationOut
from gridsvc.api.security import ContextDep, require
from gridsvc.services.places import generation_in_force

router = APIRouter(prefix="/generations", tags=["grids"], responses=PROBLEMS)


@router.get("/current", operation_id="getCurrentGeneration", dependencies=[require()])
def get_current_generation(ctx: ContextDep) -> GenerationOut:
    """Return the generation in force now; tiles are addressed by its number."""
    found = generation_in_force(ctx)
    return GenerationOut(generation=found.generation, effective_at=found.effective_at)
