"""`/healthz`, `/readyz` and `/metrics`: for whoever runs the service."""

from typing import Annotated

from fastapi import APIRouter, Response, status
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from gridsvc.api.security import OPEN, ContextDep, require
from gridsvc.core.actor import Actor
from gridsvc.core.permission import Permission
from gridsvc.services.readiness import readiness

router = APIRouter(tags=["health"])


class HealthOut(BaseModel):
    """Whether the process answers."""

    status: str


class ReadyOut(BaseModel):
    """Whether the service can do its work, and what it lacks."""

    ready: bool
    lacks: list[str]
    generation: int | None


@router.get("/healthz", operation_id="getHealth", dependencies=[OPEN])
def get_health() -> HealthOut:
    """Answer that this process is alive, whatever the database does."""
    return HealthOut(status="ok")


@router.get("/readyz", operation_id="getReadiness", dependencies=[OPEN])
def get_readiness(ctx: ContextDep, response: Response) -> ReadyOut:
    """Answer 200 when the database is reachable, migrated and holds grids; else 503."""
    found = readiness(ctx)
    if not found.is_ready:
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    return ReadyOut(ready=found.is_ready, lacks=list(found.lacks), generation=found.generation)


@router.get("/metrics", operation_id="getMetrics", response_class=Response)
def get_metrics(_: Annotated[Actor, require(Permission.OPERATE)]) -> Response:
    """Return counters for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
