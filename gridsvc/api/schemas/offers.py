"""Offers on the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from gridsvc.api.schemas.references import GridRefOut, NamedOut, PointOut
from gridsvc.core.offer import OfferKind, OfferState


class OfferIn(BaseModel):
    """What is offered, on which incident."""

    model_config = ConfigDict(extra="forbid")

    incident_id: UUID
    kind: OfferKind


class OfferOut(BaseModel):
    """Something that participants may help with; who else has taken it is not said."""

    offer_id: UUID
    kind: OfferKind
    state: OfferState
    matter: NamedOut
    grid: GridRefOut | None
    place: PointOut
    made_at: datetime
    is_mine: bool
    taken_at: datetime | None


class OffersOut(BaseModel):
    """What stands, the newest first."""

    items: list[OfferOut]
