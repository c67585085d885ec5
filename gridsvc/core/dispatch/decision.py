"""Decisions 派遣决定: what the engine answered, and why; stored, never edited."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from gridsvc.core.department import DepartmentCode
from gridsvc.core.dispatch.clock import StageClock
from gridsvc.core.dispatch.reason import Flag, QueueReason, Reason, Rung, Shortfall, WhyNot
from gridsvc.core.division import DivisionCode, Level
from gridsvc.core.duty import Duty, Tier
from gridsvc.core.matter import FilingCondition, Matter
from gridsvc.core.officer import OfficerId
from gridsvc.core.post import PostCode, PostId
from gridsvc.core.task import TaskKind


class Purpose(StrEnum):
    """What a decision is asked for."""

    FIRST = "first"  # who solves a newly filed incident
    VERIFY = "verify"  # who goes to see whether it exists
    REDISPATCH = "redispatch"  # who solves it now: returned, unanswered, raised, re-routed
    REWORK = "rework"  # who does it again after a failed re-check
    RECHECK = "recheck"  # who looks whether it is solved


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFacts:
    """What the engine must know about an incident; the world around it is the `Ground`."""

    incident_id: UUID
    purpose: Purpose = Purpose.FIRST
    matter: Matter
    #: None as long as nobody has chosen one
    condition: FilingCondition | None = None
    #: a public report is verified first, unless that was done
    is_public: bool = False
    is_verified: bool = False
    #: who went there found nothing
    is_denied: bool = False
    #: the officer who reported it; may not re-check a fix of their own
    reporter: OfficerId | None = None
    #: the inspector says it is put right already
    self_fix: bool = False
    has_photo_pair: bool = False
    #: drawn for a re-check by somebody else, see `Incident.is_sampled`
    is_sampled: bool = False
    #: solvers, those who returned it, those who did not answer
    excluded_officers: frozenset[OfficerId] = frozenset()
    excluded_posts: frozenset[PostId] = frozenset()
    #: a level of command it was raised to; never lowers what the condition asks for
    raised_to: Level | None = None
    #: the level that a dispatcher chose; goes before what the condition and the rules say
    chosen_level: Level | None = None
    #: the dispatcher's own choice; taken whatever the ranking says
    chosen_post: PostId | None = None
    #: who had it before, asked first on rework
    previous_post: PostId | None = None
    #: the limit of handling that runs already; None when it begins now
    handle_clock: StageClock | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A post that could take it, with the facts it was ranked by."""

    post_id: PostId
    code: PostCode
    duty: Duty
    officer_id: OfficerId
    rung: Rung
    #: area of the post's place; smaller is nearer
    area_m2: float
    #: border shared with the incident's grid; 0 for those who cover it
    shared_m: float = 0.0
    is_backup: bool = False
    open_task_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A post of the right tier that could not take it."""

    post_id: PostId
    code: PostCode
    why: WhyNot


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A task for one post and one of its holders."""

    task_kind: TaskKind
    post_id: PostId
    officer_id: OfficerId


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A named dispatcher's queue, and why it stands there."""

    division_code: DivisionCode
    level: Level
    reason: QueueReason


@dataclass(frozen=True, slots=True, kw_only=True)
class JointOffer:
    """An offer of joint work to the neighbour city; a person takes it up or leaves it."""

    city_code: DivisionCode
    distance_m: float
    #: their liaison officers, best first; may be empty
    liaisons: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One answer of the engine.

    Exactly one of `assignment`, `queue` and `is_closed_by_self_fix` says what happens.
    """

    incident_id: UUID
    #: what was decided in the end: a first dispatch of a public report becomes a verify
    purpose: Purpose
    made_at: datetime
    rules_version: int
    generation: int
    world_digest: str
    tier: Tier
    level: Level
    department: DepartmentCode | None
    assignment: Assignment | None = None
    queue: Queue | None = None
    is_closed_by_self_fix: bool = False
    candidates: tuple[Candidate, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    reasons: tuple[Reason, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()
    flags: tuple[Flag, ...] = ()
    clocks: tuple[StageClock, ...] = ()
    joint: JointOffer | None = None

    def __post_init__(self) -> None:
        outcomes = (
            (self.assignment is not None) + (self.queue is not None) + self.is_closed_by_self_fix
        )
        if outcomes != 1:
            raise ValueError(f"a decision has exactly one outcome, not {outcomes}")

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary of codes, numbers and ISO instants, without names."""
        return {
            "incident_id": str(self.incident_id),
            "purpose": self.purpose.value,
            "made_at": self.made_at.isoformat(),
            "rules_version": self.rules_version,
            "generation": self.generation,
            "world_digest": self.world_digest,
            "tier": self.tier.value,
            "level": self.level,
            "department": self.department,
            "assignment": self.assignment
            and {
                "task_kind": self.assignment.task_kind.value,
                "post_id": self.assignment.post_id,
                "officer_id": self.assignment.officer_id,
            },
            "queue": self.queue
            and {
                "division_code": self.queue.division_code,
                "level": self.queue.level,
                "reason": self.queue.reason.value,
            },
            "is_closed_by_self_fix": self.is_closed_by_self_fix,
            "candidates": [_candidate_json(c) for c in self.candidates],
            "passed_over": [
                {"post_id": p.post_id, "code": p.code, "why": p.why.value} for p in self.passed_over
            ],
            "reasons": [reason.value for reason in self.reasons],
            "shortfalls": [shortfall.value for shortfall in self.shortfalls],
            "flags": [flag.value for flag in self.flags],
            "clocks": [clock.to_json() for clock in self.clocks],
            "joint": self.joint
            and {
                "city_code": self.joint.city_code,
                "distance_m": self.joint.distance_m,
                "liaisons": [_candidate_json(c) for c in self.joint.liaisons],
            },
        }


def _candidate_json(candidate: Candidate) -> dict[str, Any]:
    return {
        "post_id": candidate.post_id,
        "code": candidate.code,
        "duty": candidate.duty.value,
        "officer_id": candidate.officer_id,
        "rung": candidate.rung.value,
        "area_m2": candidate.area_m2,
        "shared_m": candidate.shared_m,
        "is_backup": candidate.is_backup,
        "open_task_minutes": candidate.open_task_minutes,
    }
