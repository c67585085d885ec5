"""Incidents 案件: things that must be dealt with, from report to closing.

The store keeps every value and the version numbers; what a step makes of an incident is
in `progress`, clocks are in `dispatch.clock`, who gets the work is in `dispatch.engine`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from gridsvc.core.department import DepartmentCode
from gridsvc.core.division import DivisionCode, Level
from gridsvc.core.duty import Tier
from gridsvc.core.grid import GridId
from gridsvc.core.instant import check_aware
from gridsvc.core.life_cycle import State
from gridsvc.core.matter import FilingConditionCode, MatterCode
from gridsvc.core.officer import OfficerId
from gridsvc.core.place import Match, Place
from gridsvc.core.post import PostId
from gridsvc.core.report import ReportSource
from gridsvc.core.request import Request, Satisfaction, Supervision

IncidentId = NewType("IncidentId", UUID)


class Verification(StrEnum):
    """What the officer found who went to see a public report."""

    CONFIRMED = "confirmed"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something reported at a place that somebody must deal with.

    Immutable: a change is a new value, and the store keeps every one of them.
    """

    incident_id: IncidentId
    number: str = ""
    #: counts the stored changes; only the store advances it
    version: int = 0
    state: State = State.REPORTED
    source: ReportSource
    #: the officer who reported it; None for the public
    reporter: OfficerId | None = None
    matter: MatterCode
    condition: FilingConditionCode | None = None
    place: Place
    match: Match
    #: the grid of record, and the divisions over it
    grid_id: GridId | None = None
    division_codes: tuple[DivisionCode, ...] = ()
    generation: int
    observed_at: datetime
    received_at: datetime
    verification: Verification | None = None
    #: whose work it is now
    post_id: PostId | None = None
    department: DepartmentCode | None = None
    tier: Tier | None = None
    level: Level | None = None
    #: everybody who has solved it, or said so; none of them may re-check it
    solvers: frozenset[OfficerId] = frozenset()
    rework_count: int = 0
    return_count: int = 0
    is_joint: bool = False
    #: the main incident, while this one counts as the same
    joined_into: IncidentId | None = None
    #: what has been asked for and not answered yet
    request: Request | None = None
    #: approved extensions 延期
    extension_count: int = 0
    #: the end of the suspension 挂账 that it is under now
    suspended_until: datetime | None = None
    suspension_count: int = 0
    #: the latest demand from above 督办
    supervision: Supervision | None = None
    is_force_closed: bool = False
    has_appealed: bool = False
    #: when its being late was taken out of the statistic 申诉; the breach stays a fact
    exempted_at: datetime | None = None
    satisfaction: Satisfaction | None = None
    reopen_count: int = 0
    #: the level that a person chose for it, until it is done
    chosen_level: Level | None = None
    #: the level that was in command when it was last said to be solved
    solved_level: Level | None = None

    def __post_init__(self) -> None:
        check_aware(
            observed_at=self.observed_at,
            received_at=self.received_at,
            suspended_until=self.suspended_until,
            exempted_at=self.exempted_at,
        )

    @property
    def is_open(self) -> bool:
        """Whether somebody must still own it."""
        return self.state.is_open

    @property
    def is_suspended(self) -> bool:
        """Whether its clock stands still 挂账."""
        return self.suspended_until is not None

    def is_sampled(self, share: float) -> bool:
        """Tell whether a self-fix of this incident belongs to the re-checked share."""
        return is_sampled(self.incident_id, share)


def is_sampled(incident_id: IncidentId, share: float) -> bool:
    """Tell whether a self-fix of an incident belongs to the share that is re-checked.

    Drawn by a hash of the id, so that nobody can foresee or choose it and every process
    draws alike.
    """
    first = hashlib.sha256(incident_id.bytes).digest()[:8]
    return int.from_bytes(first) < share * 2**64
