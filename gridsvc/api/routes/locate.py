"""`/locate`: one answer for every place."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.ground import LocateOut
from gridsvc.api.security import ContextDep, require
from gridsvc.services.places import locate_place

router = APIRouter(prefix="/locate", tags=["locate"], responses=PROBLEMS)


@router.get("", operation_id="locatePlace", dependencies=[require()])
def get_location(
    lon: float,
    lat: float,
    ctx: ContextDep,
    datum: Annotated[str, Query(max_length=40)] = "wgs84",
    accuracy_m: Annotated[float | None, Query(ge=0, le=1_000_000, allow_inf_nan=False)] = None,
    as_of: AwareDatetime | None = None,
) -> LocateOut:
    """Say in which grid a place lies, longitude first, in the datum named.

    With an accuracy, the other grids its circle touches come with their shares. 422 for
    what is no place on Earth, and it says so when lon and lat look swapped.
    """
    return LocateOut.of(locate_place(ctx, lon, lat, datum, accuracy_m, as_of))
