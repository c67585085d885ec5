"""`/tiles`: vector tiles of a generation; an address never changes its content.

Private, because tiles are for people who are signed in; immutable, because the
generation stands in the address.
"""

import gzip

from fastapi import APIRouter, HTTPException, Request, Response

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.security import ContextDep, require
from gridsvc.services.tiles import NoSuchTile, TileAddress, TileCache

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
#: A year, the longest that caches honour.
KEEP = "private, max-age=31536000, immutable"

router = APIRouter(prefix="/tiles", tags=["tiles"], responses=PROBLEMS)


def tiles_of(request: Request) -> TileCache:
    """Return this application's tiles; made with the first request."""
    state = request.app.state
    if not hasattr(state, "tiles"):
        state.tiles = TileCache()
    tiles: TileCache = state.tiles
    return tiles


@router.get(
    "/g{generation}/{layer}/{z}/{x}/{y}.mvt",
    operation_id="getTile",
    dependencies=[require()],
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}, 204: {"description": "Nothing lies here"}},
)
def get_tile(
    generation: int, layer: str, z: int, x: int, y: int, request: Request, ctx: ContextDep
) -> Response:
    """Return one tile of a layer: grids, communities, towns or lines.

    204 for an empty one; 404 for a layer, generation or number that does not exist.
    """
    address = TileAddress(layer, generation, z, x, y)
    headers = {"Cache-Control": KEEP, "ETag": f'W/"g{generation}-{layer}-{z}-{x}-{y}"'}
    cache = tiles_of(request)
    try:
        packed = cache.tile(ctx, address)
    except NoSuchTile as error:
        raise HTTPException(404, str(error)) from None
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if not packed:
        return Response(status_code=204, headers=headers)
    headers["Vary"] = "Accept-Encoding"
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return Response(gzip.decompress(packed), media_type=MEDIA_TYPE, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(packed, media_type=MEDIA_TYPE, headers=headers)
