"""`/board`: the wall's counters."""

from fastapi import APIRouter

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.board import BoardOut
from gridsvc.api.security import ContextDep, SignedIn
from gridsvc.services.incidents import board_of

router = APIRouter(prefix="/board", tags=["board"], responses=PROBLEMS)


@router.get("", operation_id="getBoard")
def get_board(actor: SignedIn, ctx: ContextDep) -> BoardOut:
    """Return counters and queues within the asker's scope."""
    return BoardOut.model_validate(board_of(ctx, actor))
