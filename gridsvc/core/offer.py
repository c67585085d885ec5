"""Offers 认领: work that participants over a grid may take up, and need not (M4).

Only paid posts are given tasks. What is offered owns nothing: whoever had the incident has
it still, and its clocks run on.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from gridsvc.core.grid import GridId
from gridsvc.core.matter import MatterCode
from gridsvc.core.officer import OfficerId

OfferId = NewType("OfferId", UUID)


class OfferKind(StrEnum):
    """What may be helped with."""

    LOOK = "look"  # 看一看
    HELP = "help"  # 搭把手
    PERSUADE = "persuade"  # 劝导
    WATCH = "watch"  # 守护


class OfferState(StrEnum):
    """Where an offer stands; the last two are final."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class OfferRefused(Exception):
    """What somebody means to do with an offer cannot be; `code` is for machines."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something participants may help with; immutable, a change is a new value."""

    offer_id: OfferId
    incident_id: UUID
    kind: OfferKind
    state: OfferState = OfferState.OPEN
    grid_id: GridId
    #: what a participant must know of the incident, of which they see nothing else
    matter: MatterCode
    lon: float
    lat: float
    made_by: UUID
    made_at: datetime
    taken_by: OfficerId | None = None
    taken_at: datetime | None = None
    ended_at: datetime | None = None
    scope_keys: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it may still be taken or done."""
        return self.state in (OfferState.OPEN, OfferState.TAKEN)

    def taken(self, by: OfficerId, now: datetime) -> "Offer":
        """Return the offer with who takes it; the first comes first, again is the same."""
        if self.state is OfferState.TAKEN and self.taken_by == by:
            return self
        if self.state is OfferState.TAKEN:
            raise OfferRefused("taken", "somebody else has taken it")
        if not self.is_open:
            raise OfferRefused("ended", "the offer has ended")
        return replace(self, state=OfferState.TAKEN, taken_by=by, taken_at=now)

    def released(self, by: OfficerId) -> "Offer":
        """Return the offer open to others again; whoever gives it back owes no reason."""
        if self.state is OfferState.OPEN:
            return self
        self._check_has_it(by)
        return replace(self, state=OfferState.OPEN, taken_by=None, taken_at=None)

    def done(self, by: OfficerId, now: datetime) -> "Offer":
        """Return the offer as done; the incident stays with those who own it."""
        if self.state is OfferState.DONE and self.taken_by == by:
            return self
        self._check_has_it(by)
        return replace(self, state=OfferState.DONE, ended_at=now)

    def withdrawn(self, now: datetime) -> "Offer":
        """Return the offer as no longer standing."""
        if self.state is OfferState.WITHDRAWN:
            return self
        if not self.is_open:
            raise OfferRefused("ended", "the offer has ended")
        return replace(self, state=OfferState.WITHDRAWN, ended_at=now)

    def _check_has_it(self, by: OfficerId) -> None:
        if not self.is_open:
            raise OfferRefused("ended", "the offer has ended")
        if self.taken_by != by:
            raise OfferRefused("not_yours", "you have not taken it")
