"""Incidents 案件: things that must be dealt with, from report to closing.

The store keeps every value and the version numbers; clocks are in
`dispatch.deadlines`; who gets the work is in `dispatch.engine`.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from gridsvc.core.action import SYSTEM, Action, IllegalStep, Standing
from gridsvc.core.department import DepartmentCode
from gridsvc.core.division import DivisionCode, Level
from gridsvc.core.duty import Tier
from gridsvc.core.grid import GridId
from gridsvc.core.instant import check_aware
from gridsvc.core.life_cycle import STEPS, STEPS_FROM, Guard, Role, State, Step, Transition
from gridsvc.core.matter import FilingConditionCode, Matter, MatterCode
from gridsvc.core.officer import OfficerId
from gridsvc.core.place import Match, Place
from gridsvc.core.post import PostId
from gridsvc.core.report import PhotoSlot, ReportSource

__all__ = [
    "GUARDS",
    "STEPS",
    "SYSTEM",
    "Action",
    "Guard",
    "GuardRule",
    "IllegalStep",
    "Incident",
    "IncidentId",
    "Role",
    "Standing",
    "State",
    "Step",
    "Verification",
]

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

    def __post_init__(self) -> None:
        check_aware(observed_at=self.observed_at, received_at=self.received_at)

    @property
    def is_open(self) -> bool:
        """Whether somebody must still own it."""
        return self.state.is_open

    def is_sampled(self, share: float) -> bool:
        """Tell whether a self-fix of this incident belongs to the re-checked share.

        Drawn by a hash of the id, so that nobody can foresee or choose it and every
        process draws alike.
        """
        first = hashlib.sha256(self.incident_id.bytes).digest()[:8]
        return int.from_bytes(first) < share * 2**64

    def after(self, action: Action) -> "Incident":
        """Return the incident after a step, or raise IllegalStep."""
        rows = STEPS_FROM.get((self.state, action.step), ())
        if not rows:
            raise IllegalStep(
                "wrong_state", f"“{action.step}” is not possible while the incident is {self.state}"
            )
        refusal: IllegalStep | None = None
        for row in rows:
            refusal = self._refusal(row, action)
            if refusal is None:
                return self._changed_by(row, action)
        assert refusal is not None
        raise refusal

    def steps_for(
        self, standing: Standing, matter: Matter | None = None, recheck_share: float = 0.0
    ) -> tuple[Step, ...]:
        """Return the steps open to somebody now, given that they will supply what is asked."""
        return tuple(
            step
            for step in Step
            if any(
                row.roles & standing.roles
                and all(
                    GUARDS[guard].holds(
                        self,
                        Action(step=step, by=standing, matter=matter, recheck_share=recheck_share),
                    )
                    for guard in row.guards
                    if not GUARDS[guard].asks_input
                )
                for row in STEPS_FROM.get((self.state, step), ())
            )
        )

    def _refusal(self, row: Transition, action: Action) -> IllegalStep | None:
        if not row.roles & action.by.roles:
            who = " or ".join(sorted(row.roles))
            return IllegalStep("not_yours", f"“{action.step}” is for the {who} of this incident")
        for guard in row.guards:
            if not GUARDS[guard].holds(self, action):
                return IllegalStep(guard, GUARDS[guard].message)
        return None

    def _changed_by(self, row: Transition, action: Action) -> "Incident":
        moved = replace(self, state=row.target)
        change = _CHANGES.get(row.step)
        return change(moved, action) if change else moved


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRule:
    """How a guard is judged, and what its refusal says."""

    holds: Callable[[Incident, Action], bool]
    message: str
    #: True when it judges what the actor hands in, False when it judges the situation
    asks_input: bool = False


def _has_after_photo_where_asked(_: Incident, action: Action) -> bool:
    asked = action.condition is None or action.condition.needs_after_photo
    return not asked or PhotoSlot.AFTER in action.photo_slots


def _is_verified_where_asked(incident: Incident, action: Action) -> bool:
    """A denied report may still be accepted, but then the dispatcher says why."""
    return incident.verification is not Verification.DENIED or bool(action.reason)


GUARDS: dict[Guard, GuardRule] = {
    Guard.REASON_GIVEN: GuardRule(
        holds=lambda _, action: bool(action.reason and action.reason.strip()),
        message="a reason is needed",
        asks_input=True,
    ),
    Guard.CONDITION_CHOSEN: GuardRule(
        holds=lambda incident, action: (
            action.condition is not None and action.condition.matter_code == incident.matter
        ),
        message="a filing condition of this matter must be chosen",
        asks_input=True,
    ),
    Guard.POST_CHOSEN: GuardRule(
        holds=lambda _, action: action.post_id is not None,
        message="a post must be chosen to give it to",
        asks_input=True,
    ),
    Guard.AFTER_PHOTO: GuardRule(
        holds=_has_after_photo_where_asked,
        message="a photo of the result is needed",
        asks_input=True,
    ),
    Guard.PHOTO_PAIR: GuardRule(
        holds=lambda _, action: {PhotoSlot.BEFORE, PhotoSlot.AFTER} <= action.photo_slots,
        message="a fix on the spot needs a photo from before and one from after",
        asks_input=True,
    ),
    Guard.SELF_FIX_ALLOWED: GuardRule(
        holds=lambda incident, action: (
            action.matter is not None
            and action.matter.code == incident.matter
            and action.matter.self_fix
        ),
        message="this matter may not be put right on the spot",
    ),
    Guard.CHECKER_IS_NOT_SOLVER: GuardRule(
        holds=lambda incident, action: action.by.officer_id not in incident.solvers,
        message="who solved an incident may not re-check it",
    ),
    Guard.NOT_VERIFIED_YET: GuardRule(
        holds=lambda incident, _: incident.verification is None,
        message="it has been verified already",
    ),
    Guard.VERIFIED_WHERE_ASKED: GuardRule(
        holds=_is_verified_where_asked,
        message="verification found nothing; accepting it all the same needs a reason",
        asks_input=True,
    ),
    Guard.WAS_DISPATCHED: GuardRule(
        holds=lambda incident, _: incident.post_id is not None,
        message="no post has had it yet",
    ),
    Guard.NEVER_DISPATCHED: GuardRule(
        holds=lambda incident, _: incident.post_id is None,
        message="a post has had it already",
    ),
    Guard.SAMPLED: GuardRule(
        holds=lambda incident, action: incident.is_sampled(action.recheck_share),
        message="this fix is not among those that are re-checked",
    ),
    Guard.NOT_SAMPLED: GuardRule(
        holds=lambda incident, action: not incident.is_sampled(action.recheck_share),
        message="this fix is among those that somebody else re-checks",
    ),
    Guard.JOINED: GuardRule(
        holds=lambda incident, _: incident.joined_into is not None,
        message="it is not joined to another one",
    ),
    Guard.CONDITION_KNOWN: GuardRule(
        holds=lambda incident, _: incident.condition is not None,
        message="it was never filed",
    ),
}


def _solved(incident: Incident, action: Action) -> Incident:
    if action.by.officer_id is None:
        return incident
    return replace(incident, solvers=incident.solvers | {action.by.officer_id})


def _filed(incident: Incident, action: Action) -> Incident:
    assert action.condition is not None
    return replace(incident, condition=action.condition.code)


def _given(incident: Incident, action: Action) -> Incident:
    if incident.state is not State.DISPATCHED:
        # a verify or re-check task changes hands, the responsibility does not
        return incident
    return replace(
        incident,
        post_id=action.post_id,
        department=action.department,
        tier=action.tier or incident.tier,
        level=action.level or incident.level,
    )


_CHANGES: dict[Step, Callable[[Incident, Action], Incident]] = {
    Step.VERIFY_CONFIRM: lambda i, _: replace(i, verification=Verification.CONFIRMED),
    Step.VERIFY_DENY: lambda i, _: replace(i, verification=Verification.DENIED),
    Step.FILE: _filed,
    Step.ACCEPT: _filed,
    Step.DISPATCH: _given,
    Step.HANDLE: _solved,
    Step.SELF_FIX: _solved,
    Step.RETURN: lambda i, _: replace(i, post_id=None, return_count=i.return_count + 1),
    # 返工 goes to the same post and department; who solved it stays among the solvers
    Step.RECHECK_FAIL: lambda i, _: replace(i, rework_count=i.rework_count + 1),
    Step.UNJOIN: lambda i, _: replace(i, joined_into=None, post_id=None),
}
