"""Offers to participants: made by a dispatcher, taken by the first who wants to."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from gridsvc.core.actor import Actor
from gridsvc.core.duty import Duty
from gridsvc.core.offer import Offer, OfferId, OfferKind, OfferRefused
from gridsvc.core.officer import OfficerId
from gridsvc.core.permission import Permission
from gridsvc.core.scope import scope_of_offer
from gridsvc.services.action_draft import ActionConflict, UnknownIncident
from gridsvc.services.context import Context
from gridsvc.services.incident_view import Shown, named
from gridsvc.store.database import EVERYTHING, set_scope
from gridsvc.store.events import Event, append_events, next_seq_of_incident
from gridsvc.store.incidents import StoredIncident, incident_for_update
from gridsvc.store.offers import (
    insert_offer,
    offer_for_update,
    offer_now,
    offers_standing,
    update_offer,
)

MOST_OFFERS = 200


class UnknownOffer(LookupError):
    """There is no such offer, or it is made to others."""


def list_offers(ctx: Context, actor: Actor) -> list[Shown]:
    """Return what a participant may take and has taken; for who dispatches, all that stands."""
    now = ctx.clock.now()
    taker = None if actor.may(Permission.INCIDENT_DISPATCH) else actor.officer_id
    with ctx.database.begin(actor.scope) as connection:
        return [
            _shown(ctx, connection, actor, offer, now)
            for offer in offers_standing(connection, taker, MOST_OFFERS)
        ]


def make_offer(
    ctx: Context, actor: Actor, offer_id: UUID, incident_id: UUID, kind: OfferKind
) -> Shown:
    """Offer something to the participants over an incident's grid; the same again is the same."""
    try:
        return _make_offer_once(ctx, actor, offer_id, incident_id, kind)
    except IntegrityError:  # two at once meet at the primary key
        return _make_offer_once(ctx, actor, offer_id, incident_id, kind)


def _make_offer_once(
    ctx: Context, actor: Actor, offer_id: UUID, incident_id: UUID, kind: OfferKind
) -> Shown:
    now = ctx.clock.now()
    with ctx.database.begin(actor.scope) as connection:
        stored = _held(connection, incident_id)
        set_scope(connection, EVERYTHING)
        known = offer_for_update(connection, offer_id)
        if known is not None:
            if (known.incident_id, known.kind, known.made_by) != (
                incident_id,
                kind,
                actor.account_id,
            ):
                raise ActionConflict(f"offer {offer_id} is known with other content")
            return _shown(ctx, connection, actor, known, now)
        incident, grid_id = stored.incident, stored.owner_grid_id
        if not incident.is_open:
            raise OfferRefused("ended", "the incident has ended")
        if grid_id is None:
            raise OfferRefused("no_grid", "in no grid there are no participants to ask")
        offer = Offer(
            offer_id=OfferId(offer_id),
            incident_id=incident_id,
            kind=kind,
            grid_id=grid_id,
            matter=incident.matter,
            lon=incident.place.lon,
            lat=incident.place.lat,
            made_by=actor.account_id,
            made_at=now,
            scope_keys=scope_of_offer(grid_id, incident.division_codes),
        )
        insert_offer(connection, offer)
        _tell(connection, actor, "offered", offer, now)
        return _shown(ctx, connection, actor, offer, now)


def take_offer(ctx: Context, actor: Actor, offer_id: UUID) -> Shown:
    """Take an offer up, if nobody has yet."""

    def take(offer: Offer, by: OfficerId, now: datetime) -> Offer:
        return offer.taken(by, now)

    return _changed(ctx, actor, offer_id, "offer_taken", take)


def release_offer(ctx: Context, actor: Actor, offer_id: UUID) -> Shown:
    """Give back what one took; no reason is owed, and others may take it."""

    def release(offer: Offer, by: OfficerId, _: datetime) -> Offer:
        return offer.released(by)

    return _changed(ctx, actor, offer_id, "offer_released", release)


def finish_offer(ctx: Context, actor: Actor, offer_id: UUID) -> Shown:
    """Say that what one took is done; the incident stays with those who own it."""

    def finish(offer: Offer, by: OfficerId, now: datetime) -> Offer:
        return offer.done(by, now)

    return _changed(ctx, actor, offer_id, "offer_done", finish)


def withdraw_offer(ctx: Context, actor: Actor, offer_id: UUID) -> Shown:
    """Let an offer stand no longer, whoever has taken it."""
    now = ctx.clock.now()
    with ctx.database.begin(actor.scope) as connection:
        # the incident first, as every step does, so that the two never deadlock
        _held(connection, _seen(connection, offer_id).incident_id)
        set_scope(connection, EVERYTHING)
        offer = _found(connection, offer_id)
        gone = offer.withdrawn(now)
        return _write(ctx, connection, actor, offer, gone, "offer_withdrawn", now)


def _changed(
    ctx: Context,
    actor: Actor,
    offer_id: UUID,
    kind: str,
    change: Callable[[Offer, OfficerId, datetime], Offer],
) -> Shown:
    """Change an offer as one of the participants it is made to."""
    now = ctx.clock.now()
    if actor.officer_id is None or Duty.PARTICIPANT not in actor.duties:
        raise UnknownOffer("offers are made to participants")
    # Seen by the posts held as participant alone: a manager of the grid has tasks of their own.
    keys = [key for key in actor.scope if key.startswith("offer/")]
    with ctx.database.begin(keys) as connection:
        incident_id = _seen(connection, offer_id).incident_id
        set_scope(connection, EVERYTHING)
        _held(connection, incident_id)
        offer = _found(connection, offer_id)
        changed = change(offer, actor.officer_id, now)
        return _write(ctx, connection, actor, offer, changed, kind, now)


def _write(
    ctx: Context,
    connection: Connection,
    actor: Actor,
    before: Offer,
    after: Offer,
    kind: str,
    now: datetime,
) -> Shown:
    if after != before:
        update_offer(connection, after)
        _tell(connection, actor, kind, after, now)
    return _shown(ctx, connection, actor, after, now)


def _held(connection: Connection, incident_id: UUID) -> StoredIncident:
    stored = incident_for_update(connection, incident_id)
    if stored is None:
        raise UnknownIncident(f"there is no incident {incident_id} in your area")
    return stored


def _seen(connection: Connection, offer_id: UUID) -> Offer:
    offer = offer_now(connection, offer_id)
    if offer is None:
        raise UnknownOffer(f"there is no offer {offer_id} for you")
    return offer


def _found(connection: Connection, offer_id: UUID) -> Offer:
    offer = offer_for_update(connection, offer_id)
    if offer is None:
        raise UnknownOffer(f"there is no offer {offer_id} for you")
    return offer


def _tell(connection: Connection, actor: Actor, kind: str, offer: Offer, now: datetime) -> None:
    """Append it to the history of the incident, which stays the version that it is.

    A form that somebody has open on the incident is not made stale by a passer-by's tap.
    """
    seq, scope_keys = next_seq_of_incident(connection, offer.incident_id)
    event = Event(
        subject="incident",
        subject_id=str(offer.incident_id),
        seq=seq,
        kind=kind,
        at=now,
        account_id=actor.account_id,
        body={
            "offer": str(offer.offer_id),
            "offer_kind": offer.kind.value,
            "officer": offer.taken_by,
        },
        scope_keys=scope_keys,
    )
    append_events(connection, [event])


def _shown(
    ctx: Context, connection: Connection, actor: Actor, offer: Offer, now: datetime
) -> Shown:
    grid = ctx.ground.at(connection, now).grids.get(offer.grid_id)
    return {
        "offer_id": offer.offer_id,
        "kind": offer.kind,
        "state": offer.state,
        "matter": named(offer.matter, ctx.ground.reference(connection).matters),
        "grid": grid and {"grid_id": grid.grid_id, "code": grid.code},
        "place": {"lon": offer.lon, "lat": offer.lat},
        "made_at": offer.made_at,
        "is_mine": offer.taken_by is not None and offer.taken_by == actor.officer_id,
        "taken_at": offer.taken_at,
    }
