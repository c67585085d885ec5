"""`/offers`: work that participants may take up, and need not."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.schemas.offers import OfferIn, OfferOut, OffersOut
from gridsvc.api.security import ContextDep, require
from gridsvc.core.actor import Actor
from gridsvc.core.permission import Permission
from gridsvc.services import offers

router = APIRouter(prefix="/offers", tags=["offers"], responses=PROBLEMS)
Dispatcher = Annotated[Actor, require(Permission.INCIDENT_DISPATCH)]
#: The service then turns away who is no participant there.
Participant = Annotated[Actor, require(Permission.TASK_WORK)]


@router.get("", operation_id="listOffers")
def get_offers(
    actor: Annotated[Actor, require(Permission.TASK_WORK, Permission.INCIDENT_DISPATCH)],
    ctx: ContextDep,
) -> OffersOut:
    """Return what the asker may take or has taken; for who dispatches, all that stands."""
    return OffersOut.model_validate({"items": offers.list_offers(ctx, actor)})


@router.put("/{offer_id}", operation_id="putOffer")
def put_offer(offer_id: UUID, body: OfferIn, actor: Dispatcher, ctx: ContextDep) -> OfferOut:
    """Offer something to the participants over an incident's grid, once however often sent."""
    made = offers.make_offer(ctx, actor, offer_id, body.incident_id, body.kind)
    return OfferOut.model_validate(made)


@router.post("/{offer_id}/take", operation_id="takeOffer")
def post_take(offer_id: UUID, actor: Participant, ctx: ContextDep) -> OfferOut:
    """Take an offer up; 409 when somebody else was first."""
    return OfferOut.model_validate(offers.take_offer(ctx, actor, offer_id))


@router.post("/{offer_id}/release", operation_id="releaseOffer")
def post_release(offer_id: UUID, actor: Participant, ctx: ContextDep) -> OfferOut:
    """Give back what one took, without a reason."""
    return OfferOut.model_validate(offers.release_offer(ctx, actor, offer_id))


@router.post("/{offer_id}/done", operation_id="finishOffer")
def post_done(offer_id: UUID, actor: Participant, ctx: ContextDep) -> OfferOut:
    """Say that what one took is done; the incident stays with those who own it."""
    return OfferOut.model_validate(offers.finish_offer(ctx, actor, offer_id))


@router.post("/{offer_id}/withdraw", operation_id="withdrawOffer")
def post_withdraw(offer_id: UUID, actor: Dispatcher, ctx: ContextDep) -> OfferOut:
    """Let an offer stand no longer."""
    return OfferOut.model_validate(offers.withdraw_offer(ctx, actor, offer_id))
