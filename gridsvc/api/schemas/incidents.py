"""Incidents on the wire."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from gridsvc.api.schemas.references import ConditionOut, GridRefOut, NamedOut, PointOut
from gridsvc.core.lamp import Lamp
from gridsvc.core.life_cycle import Step
from gridsvc.core.photo_hint import Agreement
from gridsvc.core.report import PhotoSlot
from gridsvc.core.request import RequestKind, Satisfaction


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
    #: whether somebody who reported it may be reached; told to who dispatches
    has_contact: bool = False


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
