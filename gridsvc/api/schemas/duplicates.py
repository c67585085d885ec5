"""Duplicates on the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from gridsvc.api.schemas.steps import Note
from gridsvc.core.duplicate import JoinReason, UnjoinReason
from gridsvc.services.duplicates import JoinDraft


class NearOut(BaseModel):
    """An incident near another in place, time and matter.

    Outside of the asker's scope it has no number, words or picture, and its distance is rough.
    """

    incident_id: UUID | None
    number: str | None
    version: int | None
    state: str
    condition: str | None
    distance_m: float
    observed_at: datetime
    received_at: datetime
    note: str
    photo_url: str | None
    thumb_url: str | None


class SuggestionsOut(BaseModel):
    """What may be the same thing, nearest first."""

    items: list[NearOut]


class MainOut(BaseModel):
    """The incident that another counts as the same as."""

    incident_id: UUID
    number: str
    state: str


class DuplicatesOut(BaseModel):
    """An incident's main one, what is joined to it, and what else may be the same."""

    main: MainOut | None
    joined: list[NearOut]
    suggested: list[NearOut]


class JoinIn(BaseModel):
    """That an incident is the same as another; `version` is that of the one joined."""

    model_config = ConfigDict(extra="forbid")

    action_id: UUID
    version: int
    into: UUID
    reason: JoinReason
    note: Note = ""

    def to_core(self) -> JoinDraft:
        """Return the joining."""
        return JoinDraft(
            action_id=self.action_id,
            version=self.version,
            into=self.into,
            reason=self.reason,
            note=self.note,
        )


class UnjoinIn(BaseModel):
    """That it is not, after all."""

    model_config = ConfigDict(extra="forbid")

    action_id: UUID
    version: int
    reason: UnjoinReason
    note: Note = ""

    def to_core(self) -> JoinDraft:
        """Return the end of the joining."""
        return JoinDraft(
            action_id=self.action_id,
            version=self.version,
            into=None,
            reason=self.reason,
            note=self.note,
        )
