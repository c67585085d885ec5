"""Posts, officers and what is lacking, on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gridsvc.api.schemas.references import GridRefOut, NamedOut


class HolderOut(BaseModel):
    """Who is on a post now; the name is gone once it has been erased."""

    officer_id: int
    code: str
    name: str | None
    since: datetime | None
    until: datetime | None
    stands_in: bool
    is_away: bool


class PostOut(BaseModel):
    """A post with who is there and the work it has."""

    post_id: int
    code: str
    duty: str
    tier: str | None
    grid: GridRefOut | None
    division: NamedOut
    department: NamedOut | None
    is_backup: bool
    shift: str
    open_task_minutes: int
    holders: list[HolderOut]


class PostsOut(BaseModel):
    """Posts by code; never in the order of their work."""

    items: list[PostOut]


class VacancyOut(BaseModel):
    """A role of a grid that nobody is there for."""

    grid: GridRefOut
    community: NamedOut
    duty: str
    lack: str


class VacanciesOut(BaseModel):
    """Vacancies by grid."""

    items: list[VacancyOut]


class GapOut(BaseModel):
    """What decisions lacked at a place, and how often; without grid outside of all grids."""

    grid: GridRefOut | None
    tier: str
    department: NamedOut | None
    shortfall: str
    count: int
    first_at: datetime
    last_at: datetime


class GapsOut(BaseModel):
    """Gaps, the most frequent first."""

    items: list[GapOut]


class HoldingOut(BaseModel):
    """A post that an officer holds or will hold."""

    post_id: int
    code: str
    duty: str
    division_code: str
    grid_code: str | None
    since: datetime | None
    until: datetime | None
    stands_in: bool


class LeaveOut(BaseModel):
    """A span for which an officer is away."""

    leave_id: int
    since: datetime
    until: datetime


class OfficerOut(BaseModel):
    """An officer with posts and leave; `handed_over` counts the tasks just given to others."""

    officer_id: int
    code: str
    name: str | None
    posts: list[HoldingOut]
    leaves: list[LeaveOut]
    handed_over: int = 0


class LeaveIn(BaseModel):
    """That an officer is away; why is not asked."""

    model_config = ConfigDict(extra="forbid")

    #: now without one
    since: AwareDatetime | None = None
    until: AwareDatetime
    #: whether what they have now is given to others
    hand_over: bool = True


class HolderIn(BaseModel):
    """That an officer holds a post, or stands in on it."""

    model_config = ConfigDict(extra="forbid")

    officer_code: Annotated[str, Field(min_length=1, max_length=40)]
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    stands_in: bool = False
