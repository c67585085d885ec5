"""Actions: steps that somebody means to take on an incident, with what they hand in.

Whether the step is allowed is judged in `progress`.
"""

from dataclasses import dataclass
from datetime import datetime

from gridsvc.core.department import DepartmentCode
from gridsvc.core.division import Level
from gridsvc.core.duty import Tier
from gridsvc.core.instant import check_aware
from gridsvc.core.life_cycle import Role, Step
from gridsvc.core.matter import FilingCondition, Matter
from gridsvc.core.officer import OfficerId
from gridsvc.core.post import PostId
from gridsvc.core.report import PhotoSlot


class IllegalStep(Exception):
    """A step that the life-cycle refuses; the message is fit for a user, the code for a program.

    Codes: "wrong_state", "not_yours", or the name of the guard that failed.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who takes a step, and what they are to the incident at that moment."""

    #: None for the system itself
    officer_id: OfficerId | None = None
    roles: frozenset[Role] = frozenset()
    #: the highest level of a division over the incident that they speak for; None for none
    level: Level | None = None


SYSTEM = Standing(roles=frozenset({Role.SYSTEM}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How an incident stands against its clock at the moment of a step."""

    now: datetime
    #: the end of the limit of the present stage; None while none runs
    due_at: datetime | None = None
    breached_at: datetime | None = None

    def __post_init__(self) -> None:
        check_aware(now=self.now, due_at=self.due_at, breached_at=self.breached_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One intended step with everything its guards may ask for."""

    step: Step
    by: Standing
    timing: Timing
    reason: str | None = None
    #: whether something was written; what was, stays out of every decision
    has_note: bool = False
    #: the end chosen, of a suspension or for what is demanded
    until: datetime | None = None
    photo_slots: frozenset[PhotoSlot] = frozenset()
    #: the matter of the incident; asked for by a self-fix
    matter: Matter | None = None
    #: the condition chosen, when filing or accepting; else that of the incident
    condition: FilingCondition | None = None
    #: the post it is given to, when dispatching
    post_id: PostId | None = None
    department: DepartmentCode | None = None
    tier: Tier | None = None
    level: Level | None = None
    #: the level suggested, when another may be chosen
    suggested_level: Level | None = None
    #: the share of self-fixes that somebody else re-checks, from the rules
    recheck_share: float = 0.0
