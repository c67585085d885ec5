"""`/incidents`: lists, one whole, its history and decisions, and steps on it."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.incidents import (
    CandidatesOut,
    EventsOut,
    ExplainOut,
    IncidentDetailOut,
    IncidentPageOut,
)
from gridsvc.api.schemas.reports import SatisfactionIn
from gridsvc.api.schemas.steps import ActionIn
from gridsvc.api.security import ContextDep, SignedIn, require
from gridsvc.core.actor import Actor
from gridsvc.core.duty import Tier
from gridsvc.core.incident_list import Order, Wanted
from gridsvc.core.life_cycle import State
from gridsvc.core.permission import Permission
from gridsvc.core.request import RequestKind
from gridsvc.services.actions import take_step
from gridsvc.services.candidates import candidates_for
from gridsvc.services.incidents import (
    decisions_about,
    history_of,
    incident_in_full,
    list_incidents,
)
from gridsvc.services.satisfaction import answer_satisfaction

router = APIRouter(prefix="/incidents", tags=["incidents"], responses=PROBLEMS)
#: A reporter sees what became of their report, not who else was asked and why not.
Reader = Annotated[Actor, require(Permission.INCIDENT_READ)]
Worker = Annotated[
    Actor,
    require(
        Permission.TASK_WORK,
        Permission.INCIDENT_DISPATCH,
        Permission.INCIDENT_VOID,
        Permission.INCIDENT_SUPERVISE,
    ),
]
#: A position that no `due_at` reaches, for incidents without one.
NEVER = datetime.max.replace(tzinfo=UTC)


@router.get("", operation_id="listIncidents")
def get_incidents(
    actor: SignedIn,
    ctx: ContextDep,
    bbox: Annotated[str | None, Query(description="west,south,east,north in degrees")] = None,
    grid: int | None = None,
    state: State | None = None,
    tier: Tier | None = None,
    is_open: Annotated[bool | None, Query(alias="open")] = None,
    late: bool | None = None,
    queue: Annotated[
        str | None, Query(description="a division's code, or `any`", pattern="^([0-9]{12}|any)$")
    ] = None,
    division: Annotated[str | None, Query(pattern="^[0-9]{12}$")] = None,
    suspended: bool | None = None,
    supervised: bool | None = None,
    request: Annotated[RequestKind | None, Query(description="what waits for an answer")] = None,
    order: Order = Order.RECEIVED,
    limit: Annotated[int, Query(ge=1, le=2_000)] = 100,
    cursor: str | None = None,
) -> IncidentPageOut:
    """Return incidents within the asker's scope; `next` goes on where this page ends."""
    wanted = Wanted(
        is_open=is_open,
        is_late=late,
        state=None if state is None else state.value,
        tier=None if tier is None else tier.value,
        grid_id=grid,
        division_code=division,
        queue=queue,
        bbox=None if bbox is None else box_of(bbox),
        is_suspended=suspended,
        is_supervised=supervised,
        request=None if request is None else request.value,
    )
    after = None if cursor is None else position_of(cursor)
    items = list_incidents(ctx, actor, wanted, order, limit, after)
    last = items[-1] if len(items) == limit else None
    key = "received_at" if order is Order.RECEIVED else "due_at"
    return IncidentPageOut.model_validate(
        {
            "items": items,
            "next": last and f"{(last[key] or NEVER).isoformat()}~{last['incident_id']}",
            "now": ctx.clock.now(),
        }
    )


@router.get("/{incident_id}", operation_id="getIncident")
def get_incident(incident_id: UUID, actor: SignedIn, ctx: ContextDep) -> IncidentDetailOut:
    """Return one incident with its photographs, tasks, notes and the steps open to the asker."""
    return IncidentDetailOut.model_validate(incident_in_full(ctx, actor, incident_id))


@router.get("/{incident_id}/events", operation_id="listEvents")
def get_events(incident_id: UUID, actor: Reader, ctx: ContextDep) -> EventsOut:
    """Return an incident's history, oldest first."""
    return EventsOut.model_validate({"items": history_of(ctx, actor, incident_id)})


@router.get("/{incident_id}/explain", operation_id="explainIncident")
def get_explanation(incident_id: UUID, actor: Reader, ctx: ContextDep) -> ExplainOut:
    """Return every decision about an incident: candidates, reasons, gaps, arithmetic."""
    return ExplainOut.model_validate({"decisions": decisions_about(ctx, actor, incident_id)})


@router.get("/{incident_id}/candidates", operation_id="listCandidates")
def get_candidates(
    incident_id: UUID,
    actor: Annotated[Actor, require(Permission.INCIDENT_DISPATCH)],
    ctx: ContextDep,
) -> CandidatesOut:
    """Return whom the engine would ask now, in its order, and who is passed over and why."""
    return CandidatesOut.model_validate({"items": candidates_for(ctx, actor, incident_id)})


@router.post("/{incident_id}/actions", operation_id="takeStep")
def post_action(
    incident_id: UUID, body: ActionIn, actor: Worker, ctx: ContextDep
) -> IncidentDetailOut:
    """Take a step once, on the version the actor saw.

    Answers 409 when the incident has changed since, or when the step is not possible now.
    """
    take_step(ctx, actor, incident_id, body.to_core())
    return IncidentDetailOut.model_validate(incident_in_full(ctx, actor, incident_id))


@router.put("/{incident_id}/satisfaction", operation_id="putSatisfaction")
def put_satisfaction(
    incident_id: UUID,
    body: SatisfactionIn,
    sender: Annotated[Actor, require(Permission.REPORT_CREATE)],
    ctx: ContextDep,
) -> IncidentDetailOut:
    """Say once, after closing, whether what one reported is solved; 不满意 opens it again.

    The same answer again is the same success; another one, or that of somebody who did not
    report it, is answered with 409.
    """
    answer_satisfaction(ctx, sender, incident_id, body.answer, body.note)
    return IncidentDetailOut.model_validate(incident_in_full(ctx, sender, incident_id))


def box_of(given: str) -> tuple[float, float, float, float]:
    """Return a bounding box, or say what one looks like."""
    try:
        west, south, east, north = (float(part) for part in given.split(","))
    except ValueError:
        raise HTTPException(422, "bbox is west,south,east,north in degrees") from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise HTTPException(422, "bbox is west,south,east,north: longitude first, in degrees")
    return west, south, east, north


def position_of(cursor: str) -> tuple[datetime, UUID]:
    """Return where a page goes on."""
    at, _, incident_id = cursor.partition("~")
    try:
        return datetime.fromisoformat(at), UUID(incident_id)
    except ValueError:
        raise HTTPException(422, "cursor is the `next` of the page before") from None
