"""What two answers to one question differ in; which of them is better is not said here."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gridsvc.core.dispatch.clock import Stage
from gridsvc.core.dispatch.decision import Decision


class Aspect(StrEnum):
    """A part of an answer that somebody would notice."""

    OUTCOME = "outcome"  # given to a post, or in a queue, or closed by a fix on the spot
    OWNER = "owner"  # which post
    QUEUE = "queue"  # whose dispatchers
    TIER = "tier"
    LEVEL = "level"
    DEPARTMENT = "department"
    DUE_AT = "due_at"  # of the work, not of its acknowledgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a decision."""

    #: "assigned", "queued" or "closed"
    outcome: str
    post_id: int | None = None
    post_code: str | None = None
    #: what the task costs its post as a rule
    minutes: int = 0
    queue: str | None = None
    tier: str
    level: str
    department: str | None
    due_at: datetime | None = None


def outcome_of(decision: Decision, minutes: int = 0) -> Outcome:
    """Return what came of a decision; `minutes` are those of the task it gives, if any."""
    given, queue = decision.assignment, decision.queue
    code = None
    if given is not None:
        code = next(c.code for c in decision.candidates if c.post_id == given.post_id)
    return Outcome(
        outcome="assigned" if given else "queued" if queue else "closed",
        post_id=None if given is None else given.post_id,
        post_code=code,
        minutes=minutes,
        queue=None if queue is None else queue.division_code,
        tier=decision.tier.value,
        level=decision.level,
        department=decision.department,
        due_at=next(
            (clock.due_at for clock in decision.clocks if clock.stage is not Stage.ACKNOWLEDGE),
            None,
        ),
    )


def aspects_changed(before: Outcome, after: Outcome) -> tuple[Aspect, ...]:
    """Return in what two outcomes differ, none when they are the same."""
    pairs = {
        Aspect.OUTCOME: (before.outcome, after.outcome),
        Aspect.OWNER: (before.post_id, after.post_id),
        Aspect.QUEUE: (before.queue, after.queue),
        Aspect.TIER: (before.tier, after.tier),
        Aspect.LEVEL: (before.level, after.level),
        Aspect.DEPARTMENT: (before.department, after.department),
        Aspect.DUE_AT: (before.due_at, after.due_at),
    }
    return tuple(aspect for aspect, (one, other) in pairs.items() if one != other)
