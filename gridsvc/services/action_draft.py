"""Steps as clients send them, and why one may be refused."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import orjson

from gridsvc.core.dispatch.reason import Shortfall
from gridsvc.core.division import Level
from gridsvc.core.incident import Incident
from gridsvc.core.life_cycle import Step
from gridsvc.core.matter import FilingConditionCode
from gridsvc.core.post import PostId
from gridsvc.core.report import PhotoClaim, PhotoSlot


class UnknownIncident(LookupError):
    """There is no such incident, or it lies outside of what the actor may see."""


class StaleVersion(Exception):
    """Somebody else has acted since; the newer incident should be looked at first."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(
            f"incident {incident.number} has changed since you looked at it: "
            f"it is {incident.state} now, version {incident.version}"
        )
        #: What the client should look at before it acts again.
        self.current = {
            "incident_id": str(incident.incident_id),
            "number": incident.number,
            "state": incident.state.value,
            "version": incident.version,
        }


class ActionConflict(Exception):
    """The action's id is known with other content."""


class NobodyAvailable(Exception):
    """A dispatch found no post that could take it; the incident stays where it was."""

    def __init__(self, shortfalls: tuple[Shortfall, ...]) -> None:
        super().__init__("no post can take this now; choose one, or another time")
        self.shortfalls = shortfalls


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDraft:
    """A step as the client sent it."""

    action_id: UUID
    step: Step
    #: The version of the incident the actor was looking at.
    version: int
    note: str = ""
    reason: str | None = None
    photos: tuple[PhotoClaim, ...] = ()
    post_id: PostId | None = None
    condition: FilingConditionCode | None = None
    #: The end asked for, of a suspension, or by when what is demanded must be done.
    until: datetime | None = None
    #: The level confirmed or chosen, and how many persons are concerned as far as is known.
    level: Level | None = None
    persons: int | None = None

    @property
    def has_note(self) -> bool:
        """Whether something was written."""
        return bool(self.note.strip())

    @property
    def photo_slots(self) -> frozenset[PhotoSlot]:
        """What the named photos show."""
        return frozenset(photo.slot for photo in self.photos)

    def digest(self) -> bytes:
        """Return the SHA-256 of the content."""
        content: list[object] = [
            self.step.value,
            self.version,
            self.note,
            self.reason,
            sorted([photo.sha256, photo.size, photo.slot.value] for photo in self.photos),
            self.post_id,
            self.condition,
        ]
        if self.until is not None:
            content.append(self.until.astimezone(UTC).isoformat())
        if self.level is not None:
            content.append([self.level, self.persons])
        return hashlib.sha256(orjson.dumps(content)).digest()
