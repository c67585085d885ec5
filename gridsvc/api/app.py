"""The application: routes by noun, problems, headers, the live feed and the pages."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from fastapi.openapi.utils import get_openapi
from starlette.concurrency import run_in_threadpool
from starlette.routing import Match

from gridsvc.api import tiles
from gridsvc.api.headers import install_headers
from gridsvc.api.hub import Hub
from gridsvc.api.pages import install_pages
from gridsvc.api.problems import install_problems
from gridsvc.api.routes import (
    adjacency,
    auth,
    board,
    contacts,
    demo,
    divisions,
    duplicates,
    erasing,
    generations,
    geocode,
    grids,
    health,
    incidents,
    levels,
    locate,
    matters,
    offers,
    officers,
    photos,
    posts,
    reports,
    rules,
    stream,
    tasks,
)
from gridsvc.api.security import SignedIn, install_security
from gridsvc.services.context import Context
from gridsvc.services.gathering import Gathering

#: Reports first, because routes are tried in order and no other is asked for as often.
NOUNS = (
    reports,
    adjacency,
    auth,
    board,
    contacts,
    demo,
    divisions,
    duplicates,
    erasing,
    generations,
    geocode,
    grids,
    incidents,
    levels,
    locate,
    matters,
    offers,
    officers,
    photos,
    posts,
    rules,
    stream,
    tasks,
)


METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def create_app(ctx: Context, *, cookie_secure: bool = False) -> FastAPI:
    """Return the application that serves one installation."""
    hub = Hub(ctx)
    gathering = Gathering(ctx)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        tail = asyncio.create_task(hub.run())
        yield
        await run_in_threadpool(gathering.close)
        hub.close()
        tail.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await tail

    app = FastAPI(
        title="gridsvc",
        version="0.1.0",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # A redirected write would come back as a read.
        redirect_slashes=False,
    )
    app.state.context = ctx
    app.state.hub = hub
    app.state.gathering = gathering
    install_security(app, cookie_secure=cookie_secure)
    install_problems(app)
    api = APIRouter(prefix="/api/v1")
    for noun in NOUNS:
        api.include_router(noun.router)

    @api.get("/openapi.json", include_in_schema=False)
    def get_openapi_document(_: SignedIn) -> dict[str, object]:
        """Return what this API can do, to those who may use it."""
        return openapi_of(app)

    app.include_router(api)
    app.include_router(health.router)
    app.include_router(tiles.router)
    # Before the pages: what the API does not know is a problem document, never a page.
    app.add_route("/api/{path:path}", nothing_here, methods=METHODS, include_in_schema=False)
    install_pages(app)
    install_headers(app)
    return app


async def nothing_here(request: Request) -> Response:
    """Answer for every address of the API that no route knows, or knows by another method."""
    known = any(route.matches(request.scope)[0] is Match.PARTIAL for route in request.app.routes)
    raise HTTPException(status_code=405 if known else 404)


def openapi_of(app: FastAPI) -> dict[str, object]:
    """Return the OpenAPI document of the application, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = get_openapi(
            title=app.title, version=app.version, routes=app.routes, description=app.description
        )
    return app.openapi_schema
