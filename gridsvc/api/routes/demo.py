"""`/demo`: the clock of a database marked demo."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.security import ContextDep, require
from gridsvc.core.actor import Actor
from gridsvc.core.permission import Permission
from gridsvc.services.demo import FASTEST, bend_clock

router = APIRouter(prefix="/demo", tags=["demo"], responses=PROBLEMS)


class ClockIn(BaseModel):
    """How fast the demo's clock runs from now on."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    rate: Annotated[float, Field(gt=0, le=FASTEST)]
    skip_s: Annotated[float, Field(ge=0, le=366 * 86_400)] = 0


class DemoClockOut(BaseModel):
    """The demo's clock."""

    now: AwareDatetime
    rate: float


@router.put("/clock", operation_id="putDemoClock")
def put_clock(
    body: ClockIn, _: Annotated[Actor, require(Permission.OPERATE)], ctx: ContextDep
) -> DemoClockOut:
    """Bend the clock; 403 in a database that is not marked demo."""
    bend_clock(ctx, body.rate, timedelta(seconds=body.skip_s))
    return DemoClockOut(now=ctx.clock.now(), rate=ctx.clock.rate())
