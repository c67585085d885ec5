"""Steps on the wire: what people send to move an incident, and the photographs they name."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gridsvc.core.division import Level
from gridsvc.core.life_cycle import Step
from gridsvc.core.matter import FilingConditionCode
from gridsvc.core.post import PostId
from gridsvc.core.report import PhotoClaim, PhotoSlot
from gridsvc.services.action_draft import ActionDraft


class PhotoIn(BaseModel):
    """A photograph named; its bytes follow by PUT /photos/{sha256}."""

    model_config = ConfigDict(extra="forbid")

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    size: Annotated[int, Field(gt=0, le=10 * 1024 * 1024)]
    slot: PhotoSlot

    def to_core(self) -> PhotoClaim:
        """Return the claim."""
        return PhotoClaim(sha256=self.sha256, size=self.size, slot=self.slot)


Photos = Annotated[list[PhotoIn], Field(max_length=9)]

#: Text for a person. PostgreSQL keeps no NUL, so none is taken.
Note = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]


class ActionIn(BaseModel):
    """A step on an incident."""

    model_config = ConfigDict(extra="forbid")

    action_id: UUID
    step: Step
    version: Annotated[int, Field(ge=0, lt=2**31)]
    note: Note = ""
    reason: Annotated[str, Field(max_length=40)] | None = None
    photos: Photos = []
    post_id: Annotated[int, Field(gt=0, lt=2**63)] | None = None
    condition: Annotated[str, Field(max_length=40)] | None = None
    #: The end asked for, of a suspension, or by when what is demanded must be done.
    until: AwareDatetime | None = None
    #: The level confirmed or chosen, and how many persons are concerned as far as is known.
    level: Annotated[str, Field(max_length=40)] | None = None
    persons: Annotated[int, Field(ge=0, lt=2**31)] | None = None

    def to_core(self) -> ActionDraft:
        """Return the step to take."""
        return ActionDraft(
            action_id=self.action_id,
            step=self.step,
            version=self.version,
            note=self.note,
            reason=self.reason,
            photos=tuple(photo.to_core() for photo in self.photos),
            post_id=None if self.post_id is None else PostId(self.post_id),
            condition=None if self.condition is None else FilingConditionCode(self.condition),
            until=self.until,
            level=None if self.level is None else Level(self.level),
            persons=self.persons,
        )
