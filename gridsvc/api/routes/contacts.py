"""`/incidents/{id}/contacts`: opened by a dispatcher, by an act that is written down."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.contacts import ContactsIn, ContactsOut
from gridsvc.api.security import ContextDep, require
from gridsvc.core.actor import Actor
from gridsvc.core.permission import Permission
from gridsvc.services.contacts import open_contacts

router = APIRouter(tags=["contacts"], responses=PROBLEMS)


@router.post("/incidents/{incident_id}/contacts", operation_id="openContacts")
def post_contacts(
    incident_id: UUID,
    body: ContactsIn,
    actor: Annotated[Actor, require(Permission.INCIDENT_DISPATCH)],
    ctx: ContextDep,
) -> ContactsOut:
    """Open how the reporters of an incident may be reached; who did, when and why is kept."""
    found = open_contacts(ctx, actor, incident_id, body.reason)
    return ContactsOut.model_validate({"items": [asdict(one) for one in found]})
