"""What may be the same thing, and what a person says is: suggestions, `join` and `unjoin`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.duplicates import DuplicatesOut, JoinIn, SuggestionsOut, UnjoinIn
from gridsvc.api.schemas.incidents import IncidentDetailOut
from gridsvc.api.security import ContextDep, require
from gridsvc.core.actor import Actor
from gridsvc.core.permission import Permission
from gridsvc.services.duplicates import duplicates_of, join_or_unjoin, suggest_for_report
from gridsvc.services.incidents import incident_in_full

router = APIRouter(tags=["duplicates"], responses=PROBLEMS)
Sender = Annotated[Actor, require(Permission.REPORT_CREATE)]
Reader = Annotated[Actor, require(Permission.INCIDENT_READ)]
Dispatcher = Annotated[Actor, require(Permission.INCIDENT_DISPATCH)]


@router.get("/reports/suggestions", operation_id="suggestDuplicates")
def get_suggestions(
    sender: Sender,
    ctx: ContextDep,
    lon: float,
    lat: float,
    matter: Annotated[str, Query(max_length=40)],
    datum: Annotated[str, Query(max_length=40)] = "wgs84",
) -> SuggestionsOut:
    """Say, before something is reported, what was reported near there lately."""
    items = suggest_for_report(ctx, sender, lon=lon, lat=lat, datum=datum, matter=matter)
    return SuggestionsOut.model_validate({"items": items})


@router.get("/incidents/{incident_id}/duplicates", operation_id="listDuplicates")
def get_duplicates(incident_id: UUID, actor: Reader, ctx: ContextDep) -> DuplicatesOut:
    """Return the main incident, those joined to this one, and others that may be the same."""
    return DuplicatesOut.model_validate(duplicates_of(ctx, actor, incident_id))


@router.post("/incidents/{incident_id}/join", operation_id="joinIncident")
def post_join(
    incident_id: UUID, body: JoinIn, actor: Dispatcher, ctx: ContextDep
) -> IncidentDetailOut:
    """Take an incident for the same as another: its reporters then hear of that one.

    Answers 409 when it has changed since, or when the two are the same already.
    """
    join_or_unjoin(ctx, actor, incident_id, body.to_core())
    return IncidentDetailOut.model_validate(incident_in_full(ctx, actor, incident_id))


@router.post("/incidents/{incident_id}/unjoin", operation_id="unjoinIncident")
def post_unjoin(
    incident_id: UUID, body: UnjoinIn, actor: Dispatcher, ctx: ContextDep
) -> IncidentDetailOut:
    """Let an incident be one of its own again, dispatched anew."""
    join_or_unjoin(ctx, actor, incident_id, body.to_core())
    return IncidentDetailOut.model_validate(incident_in_full(ctx, actor, incident_id))
