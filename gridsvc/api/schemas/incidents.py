"""Incidents on the wire."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gridsvc.core.division import Level
from gridsvc.core.lamp import Lamp
from gridsvc.core.life_cycle import Step
from gridsvc.core.matter import FilingConditionCode
from gridsvc.core.photo_hint import Agreement
from gridsvc.core.post import PostId
from gridsvc.core.report import PhotoClaim, PhotoSlot
from gridsvc.core.request import RequestKind, Satisfaction
from gridsvc.services.action_draft import ActionDraft


class NamedOut(BaseModel):
    """A code with its names."""

    code: str
    name: str
    name_en: str = ""


class LimitOut(BaseModel):
    """A time allowed."""

    amount: float
    kind: str


class ConditionOut(NamedOut):
    """A filing condition with its limit and what proves it met."""

    severity: str
    level: str
    limit: LimitOut
    closing_condition: str
    closing_condition_en: str


class GridRefOut(BaseModel):
    """A grid by id and code."""

    grid_id: int
    code: str


class PointOut(BaseModel):
    """A place, EPSG:4490 degrees, longitude first."""

    lon: float
    lat: float


class OwnerOut(BaseModel):
    """Whose work it is now."""

    post_id: int
    code: str
    duty: str
    officer_name: str | None


class QueueOut(BaseModel):
    """In whose queue it stands, and why."""

    division: NamedOut
    reason: str
    since: datetime


class RequestOut(BaseModel):
    """What has been asked for and not answered yet."""

    kind: RequestKind
    asked_at: datetime
    until: datetime | None


class SupervisionOut(BaseModel):
    """The latest demand from above."""

    level: str
    until: datetime


class IncidentOut(BaseModel):
    """An incident as lists show it."""

    incident_id: UUID
    number: str
    state: str
    version: int
    source: str
    matter: NamedOut
    condition: ConditionOut | None
    tier: str
    level: str
    place: PointOut
    match: str
    grid: GridRefOut | None
    community: NamedOut | None
    town: NamedOut | None
    department: NamedOut | None
    observed_at: datetime
    received_at: datetime
    warn_at: datetime | None
    due_at: datetime | None
    breached_at: datetime | None
    closed_at: datetime | None
    late: bool
    lamp: Lamp
    owner: OwnerOut | None
    queue: QueueOut | None
    is_joint: bool
    rework_count: int
    return_count: int
    request: RequestOut | None
    extension_count: int
    suspended_until: datetime | None
    supervision: SupervisionOut | None
    is_force_closed: bool
    exempted_at: datetime | None
    satisfaction: Satisfaction | None
    reopen_count: int
    #: the main incident, while this one counts as the same
    joined_into: UUID | None = None


class IncidentPageOut(BaseModel):
    """Some incidents, and where to go on."""

    items: list[IncidentOut]
    next: str | None
    now: datetime


class PhotoHintOut(BaseModel):
    """How what a camera wrote lies to what was told; a hint, and nothing is decided by it."""

    place: Agreement
    #: from the place that was told, two digits of it; only when apart
    distance_m: int | None
    time: Agreement
    #: taken so long after the instant that was told, before it when negative; only when apart
    minutes: int | None
    #: clockwise from north
    direction_deg: int | None


class PhotoOut(BaseModel):
    """A photograph named for an incident; its addresses follow once it has arrived."""

    sha256: str
    slot: PhotoSlot
    has_arrived: bool
    url: str | None
    thumb_url: str | None
    #: for dispatchers, once it has arrived
    hint: PhotoHintOut | None = None


class TaskShortOut(BaseModel):
    """A task on an incident's page."""

    task_id: UUID
    kind: str
    state: str
    created_at: datetime
    acknowledge_by: datetime | None
    due_at: datetime | None
    acknowledged_at: datetime | None
    finished_at: datetime | None
    post: OwnerOut


class NoteOut(BaseModel):
    """What somebody wrote, in a report or with a step."""

    at: datetime
    written_in: str
    note: str


class IncidentDetailOut(IncidentOut):
    """An incident with everything its page shows."""

    note: str
    notes: list[NoteOut]
    photos: list[PhotoOut]
    tasks: list[TaskShortOut]
    steps: list[Step]


class PostRefOut(BaseModel):
    """A post by id and code."""

    post_id: int
    code: str


class TaskOut(BaseModel):
    """A task of the asker's, with its incident and the steps open to them."""

    task_id: UUID
    kind: str
    state: str
    created_at: datetime
    acknowledge_by: datetime | None
    due_at: datetime | None
    post: PostRefOut
    incident: IncidentOut
    steps: list[Step]


class TasksOut(BaseModel):
    """The asker's tasks."""

    items: list[TaskOut]


class ActorOut(BaseModel):
    """Who did it; the name is gone once it has been erased."""

    name: str | None


class EventOut(BaseModel):
    """One fact of an incident's history."""

    seq: int
    kind: str
    at: datetime
    actor: ActorOut
    body: dict[str, Any]


class EventsOut(BaseModel):
    """An incident's history, oldest first."""

    items: list[EventOut]


class DecisionOut(BaseModel):
    """One answer of the engine, as it was made."""

    decision_id: UUID
    made_at: datetime
    rules_version: int
    generation: int
    answer: dict[str, Any]


class ExplainOut(BaseModel):
    """Every decision about an incident, oldest first."""

    decisions: list[DecisionOut]


class CandidateOut(BaseModel):
    """A post that could be given the incident, or why it could not."""

    post_id: int
    code: str
    duty: str
    officer_name: str | None
    rung: str | None
    on_shift: bool
    open_task_minutes: int
    passed_over: str | None


class CandidatesOut(BaseModel):
    """Posts in the order the engine would ask them, then those passed over."""

    items: list[CandidateOut]


class CountersOut(BaseModel):
    """The wall's counters."""

    to_dispatch: int
    handling: int
    reported_today: int
    solved_today: int
    late: int


class QueueCountOut(BaseModel):
    """How many stand in a division's queue."""

    division: NamedOut
    count: int
    oldest_since: datetime


class BoardOut(BaseModel):
    """Counters and queues within the asker's scope."""

    now: AwareDatetime
    counters: CountersOut
    queues: list[QueueCountOut]


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
