"""Offers as stored; who sees one follows from its scope keys."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, literal, or_, select, update

from gridsvc.core.grid import GridId
from gridsvc.core.matter import MatterCode
from gridsvc.core.offer import Offer, OfferId, OfferKind, OfferState
from gridsvc.core.officer import OfficerId
from gridsvc.store.tables.offers import OfferRow

_COLUMNS = OfferRow.__table__.columns


def insert_offer(connection: Connection, offer: Offer) -> None:
    """Store a new offer."""
    connection.execute(insert(OfferRow).values(**values_of(offer)))


def update_offer(connection: Connection, offer: Offer) -> None:
    """Store what became of an offer that this transaction has locked."""
    connection.execute(
        update(OfferRow).where(OfferRow.offer_id == offer.offer_id).values(**values_of(offer))
    )


def offer_now(connection: Connection, offer_id: UUID) -> Offer | None:
    """Return an offer within the transaction's scope without locking it."""
    row = connection.execute(select(*_COLUMNS).where(OfferRow.offer_id == offer_id)).one_or_none()
    return None if row is None else offer_of(row._mapping)


def offer_for_update(connection: Connection, offer_id: UUID) -> Offer | None:
    """Lock and return an offer within the transaction's scope, None when there is none."""
    row = connection.execute(
        select(*_COLUMNS).where(OfferRow.offer_id == offer_id).with_for_update()
    ).one_or_none()
    return None if row is None else offer_of(row._mapping)


def offers_standing(
    connection: Connection, taken_by: OfficerId | None, most: int
) -> tuple[Offer, ...]:
    """Return what is open within the transaction's scope, and what an officer has, newest first.

    Without an officer: whatever has not ended.
    """
    rows = connection.execute(
        select(*_COLUMNS)
        .where(OfferRow.ended_at.is_(None))
        .where(
            or_(
                literal(taken_by is None),
                OfferRow.taken_by.is_(None),
                OfferRow.taken_by == taken_by,
            )
        )
        .order_by(OfferRow.made_at.desc(), OfferRow.offer_id)
        .limit(most)
    )
    return tuple(offer_of(row._mapping) for row in rows)


def open_offers_of(connection: Connection, incident_id: UUID) -> tuple[Offer, ...]:
    """Lock and return the offers of an incident that have not ended."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(OfferRow.incident_id == incident_id, OfferRow.ended_at.is_(None))
        .order_by(OfferRow.offer_id)
        .with_for_update()
    )
    return tuple(offer_of(row._mapping) for row in rows)


def values_of(offer: Offer) -> dict[str, Any]:
    """Return the columns of an offer."""
    values = asdict(offer)
    return values | {
        "matter_code": values.pop("matter"),
        "kind": offer.kind.value,
        "state": offer.state.value,
        "scope_keys": list(offer.scope_keys),
    }


def offer_of(row: Any) -> Offer:
    """Return a row as the core knows it."""
    return Offer(
        offer_id=OfferId(row["offer_id"]),
        incident_id=row["incident_id"],
        kind=OfferKind(row["kind"]),
        state=OfferState(row["state"]),
        grid_id=GridId(row["grid_id"]),
        matter=MatterCode(row["matter_code"]),
        lon=row["lon"],
        lat=row["lat"],
        made_by=row["made_by"],
        made_at=row["made_at"],
        taken_by=None if row["taken_by"] is None else OfficerId(row["taken_by"]),
        taken_at=row["taken_at"],
        ended_at=row["ended_at"],
        scope_keys=tuple(row["scope_keys"]),
    )
