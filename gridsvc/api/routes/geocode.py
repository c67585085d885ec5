"""`/geocode`: from an address to a place, and back."""

from typing import Annotated

from fastapi import APIRouter, Query

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.addresses import GeocodeOut, ReverseOut
from gridsvc.api.security import ContextDep, require
from gridsvc.services import addresses

router = APIRouter(prefix="/geocode", tags=["geocode"], responses=PROBLEMS)


@router.get("", operation_id="geocode", dependencies=[require()])
def get_geocode(
    q: Annotated[str, Query(min_length=1, max_length=240)],
    ctx: ContextDep,
    limit: Annotated[int, Query(ge=1, le=50)] = 5,
) -> GeocodeOut:
    """Say which address a text means.

    Where several could be meant, none is chosen: `is_ambiguous` is true and the candidates
    come with scores. Without a house the street or division is answered.
    """
    return GeocodeOut.of(addresses.geocode(ctx, q, limit))


@router.get("/reverse", operation_id="reverseGeocode", dependencies=[require()])
def get_reverse(
    lon: float,
    lat: float,
    ctx: ContextDep,
    datum: Annotated[str, Query(max_length=40)] = "wgs84",
) -> ReverseOut:
    """Say in which grid, community and town a place lies, and the nearest address to it."""
    return ReverseOut.near(addresses.reverse_geocode(ctx, lon, lat, datum))
