"""The service as it is, plus one route that does a single bare INSERT: what intake is held to.

    python -m tests.bench.intake_server DATABASE_URL PORT

Both routes go through the same middlewares, sign-in check and validation of the body.
"""

import asyncio
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated
from uuid import UUID

import orjson
import uvicorn
from fastapi import APIRouter, Response
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from gridsvc.api.app import create_app
from gridsvc.api.schemas.reports import ReportIn
from gridsvc.api.security import require
from gridsvc.cli.log import start_logging
from gridsvc.core.actor import Actor
from gridsvc.core.permission import Permission
from gridsvc.services.context import Context
from gridsvc.worker.jobs import conninfo_of

#: The better of 8, 16 and 32 for the bare INSERT.
POOL = 16


def main(url: str, port: int) -> None:
    start_logging("info", "json")
    ctx = Context.open(url, Path("/nonexistent"), 16)
    app = create_app(ctx)
    pool = AsyncConnectionPool(conninfo_of(url), min_size=POOL, max_size=POOL, open=False)
    router = APIRouter(prefix="/api/v1/bare")

    @router.put("/{report_id}", status_code=201)
    async def put_bare(
        report_id: UUID,
        body: ReportIn,
        sender: Annotated[Actor, require(Permission.REPORT_CREATE)],
    ) -> Response:
        async with pool.connection() as connection:
            await connection.execute(
                "INSERT INTO bare (id, account_id, body) VALUES (%s, %s, %s)",
                (report_id, sender.account_id, Jsonb(body.model_dump(mode="json"))),
            )
        answer = {"report_id": report_id, "account_id": sender.account_id}
        return Response(orjson.dumps(answer), 201, media_type="application/json")

    app.include_router(router)
    # Before what answers for every unknown address.
    app.router.routes.insert(0, app.router.routes.pop())
    within = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app):
        await pool.open(wait=True)
        async with within(app):
            yield
        await pool.close()

    app.router.lifespan_context = lifespan
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, access_log=False, server_header=False
    )
    asyncio.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
